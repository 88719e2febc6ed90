/** What belongs together in the flow, and the ways through it by the keyboard. */
import type { Flow, FlowLink } from '../../../api/types';
import { type Column, type Step, columnsOf, stepsOf } from './layout';

/** A node: its column, and its place in there. */
export interface At {
  column: Column;
  place: number;
}

/** What somebody looks at: a node, or what runs between two. */
export type Looked = At | (Pick<FlowLink, 'from' | 'to'> & { step: Step });

/** The links from devices to companies and from there to countries that lead to or through what is looked at. */
export type Path = [FlowLink[], FlowLink[]];

export function pathOf(flow: Flow, looked: Looked): Path {
  const [first, second] = stepsOf(flow);
  const isMeant = ({ from, to }: FlowLink) =>
    'step' in looked ? from === looked.from && to === looked.to : (looked.column === 0 ? from : to) === looked.place;
  if ('step' in looked ? looked.step === 1 : looked.column === 2) {
    const meant = second.filter(isMeant);
    return [first.filter(({ to }) => meant.some(({ from }) => from === to)), meant];
  }
  const meant = first.filter(isMeant);
  return [meant, second.filter(({ from }) => meant.some(({ to }) => to === from))];
}

export const hasNode = ([first, second]: Path, { column, place }: At): boolean =>
  column === 2 ? second.some(({ to }) => to === place) : first.some(({ from, to }) => (column === 0 ? from : to) === place);

/** The class of something that is on the path that is looked at or beside it; neither where nothing is looked at. */
export const classOf = (name: string, isOn: boolean | undefined): string => (isOn === undefined ? name : `${name} ${isOn ? 'flow-on' : 'flow-off'}`);

/** Where a key leads from a node: up and down in its column, and along the thickest ribbon to the sides; nowhere by other keys. */
export function next(flow: Flow, { column, place }: At, key: string): At | undefined {
  const last = columnsOf(flow)[column].length - 1;
  switch (key) {
    case 'ArrowUp':
      return { column, place: Math.max(place - 1, 0) };
    case 'ArrowDown':
      return { column, place: Math.min(place + 1, last) };
    case 'Home':
      return { column, place: 0 };
    case 'End':
      return { column, place: last };
    case 'ArrowLeft':
      return aside(flow, { column, place }, -1);
    case 'ArrowRight':
      return aside(flow, { column, place }, 1);
    default:
      return undefined;
  }
}

function aside(flow: Flow, at: At, by: -1 | 1): At {
  const [here, there]: ['from' | 'to', 'from' | 'to'] = by === 1 ? ['from', 'to'] : ['to', 'from'];
  const links = (stepsOf(flow)[by === 1 ? at.column : at.column - 1] ?? []).filter((link) => link[here] === at.place);
  const thickest = links.reduce((most: FlowLink | undefined, link) => (most && most.queries >= link.queries ? most : link), undefined);
  return thickest ? { column: (at.column + by) as Column, place: thickest[there] } : at;
}
