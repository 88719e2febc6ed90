import { splitName } from './told-name';

/** A name with the part that its owner registered set off from what is before it. */
export function Domain({ name }: { name: string }) {
  const [below, registered] = splitName(name);
  return (
    <span class="domain" translate={false}>
      {below !== '' && <span class="domain-below">{below}</span>}
      <span class="domain-own">{registered}</span>
    </span>
  );
}
