import type { ComponentChildren } from 'preact';

import type { Resource } from '../api/resource';
import { RangePicker } from './range-picker';
import { Waiting } from './states';

interface Hero {
  /** What the page is about, for those who do not see it. */
  label: string;
  title: ComponentChildren;
  /** The page in a sentence, once it is known. */
  text?: ComponentChildren;
  /** What the page waits for. */
  resource: Resource<unknown>;
  /** What can be done. */
  children?: ComponentChildren;
}

/** The head of a page about a range of time. */
export const Hero = ({ label, title, text, resource: { value, error, reload }, children }: Hero) => (
  <section class="hero" aria-label={label}>
    <h1 class="headline">{title}</h1>
    <RangePicker />
    {text !== undefined && <p class="headline-more">{text}</p>}
    {children}
    <Waiting resource={value} error={error} retry={reload} />
  </section>
);
