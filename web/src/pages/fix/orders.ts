/** What this page orders, and taking it back. */
import { api } from '../../api/client';
import type { Change, Exception } from '../../api/types';
import { plainName } from '../../parts/told-name';

/** What is made for longer ago than this, in milliseconds, is not of this visit. */
const LATELY = 3_600_000;
/** More cannot be made within that time by hand. */
const MOST = 50;

/** What was let through lately that a device has something of. */
export const madeLately = (exceptions: readonly Exception[], device: string, now: number): Exception[] =>
  exceptions.filter(({ action, scope, made }) => action === 'allow' && made > now - LATELY && isFor(scope, device));

/** Whether an exception lets exactly this name through for a device. */
export const letsThrough = ({ action, rule, scope }: Exception, name: string, device: string): boolean =>
  action === 'allow' && plainName(rule) === name && isFor(scope, device);

/** What lets exactly this name through for a device; what is for all devices first. */
export const exceptionFor = (exceptions: readonly Exception[], name: string, device: string): Exception | undefined =>
  exceptions
    .filter((exception) => letsThrough(exception, name, device))
    .sort((one, other) => Number(other.scope === 'everyone') - Number(one.scope === 'everyone'))[0];

const isFor = (scope: Exception['scope'], device: string): boolean =>
  scope === 'everyone' || ('device' in scope && scope.device === device);

/** Takes back whatever made the exceptions that are meant, the newest first: what one took the place of may be meant as well. */
export async function takeBack(isMeant: (exception: Exception) => boolean): Promise<void> {
  for (let round = 0; round < MOST; round += 1) {
    const [{ exceptions }, { changes }] = await Promise.all([api.exceptions(), api.changes()]);
    const exception = exceptions.find(isMeant);
    if (!exception) return;
    const change = changes.find((made) => isMaking(made, exception));
    const end = () => api.endException(exception.id);
    // What a change would bring back may be over, and then the change cannot be taken back.
    await (change ? api.undo(change.id).catch(end) : end());
  }
}

/** Whether a change made an exception, and stands. One that took another back gave it back as well, but did not make it. */
const isMaking = ({ edit, undone_by, undoes }: Change, { id }: Exception): boolean =>
  edit.kind === 'exception' && edit.after?.id === id && undone_by === null && undoes === null;
