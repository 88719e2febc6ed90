import type { Check } from '../../api/types';
import { count, fill, plural } from '../../i18n';
import { setup } from '../../i18n/setup';
import { CheckIcon, VerdictIcon } from '../../parts/icons';
import { isLoopback } from '../../parts/loopback';
import { isV6 } from './addresses';
import { NAMES, type Outcome } from './check';
import { useCheck } from './use-check';

const text = setup.working;

/** Whether the lookups of this browser come to ponor. */
export function Working() {
  const { busy, check, outcome, start } = useCheck();
  return (
    <section class="card setup-card" aria-labelledby="setup-working">
      <h2 id="setup-working">{text.title}</h2>
      <p>{fill(text.text, { names: NAMES })}</p>
      {/* Not `disabled` while it runs, so that the keyboard stays where it is. */}
      <button type="button" class="button button-main" aria-disabled={busy} onClick={() => busy || start()}>
        {busy ? text.checking : outcome ? text.again : text.start}
      </button>
      {(busy || outcome) && <Numbers seen={check?.seen ?? []} />}
      <div role="status">{outcome && <Verdict outcome={outcome} check={check} />}</div>
    </section>
  );
}

/** Each name, and whether it arrived: by its frame and its sign, not by colour alone. */
const Numbers = ({ seen }: { seen: readonly number[] }) => (
  <div class="setup-numbers">
    <p>{plural(seen.length, text.arrived, { all: count(NAMES) })}</p>
    <ol>
      {Array.from({ length: NAMES }, (_, index) => index + 1).map((number) => {
        const isSeen = seen.includes(number);
        return (
          <li key={number} class={isSeen ? 'seen' : undefined}>
            <span class="visually-hidden">{fill(isSeen ? text.numbers.seen : text.numbers.missing, { number })}</span>
            <span aria-hidden="true">{isSeen ? <CheckIcon /> : number}</span>
          </li>
        );
      })}
    </ol>
  </div>
);

const LOOKS = {
  all: 'cached',
  here: 'cached',
  some: 'failed',
  none: 'stopped',
  forbidden: 'failed',
  lost: 'failed',
} as const satisfies Record<Outcome, string>;

function Verdict({ outcome, check }: { outcome: Outcome; check: Check | undefined }) {
  const { title, next } = text.outcomes[outcome];
  const look = LOOKS[outcome];
  return (
    <div class={`setup-verdict verdict-${look}`}>
      <p class="setup-verdict-title">
        {look === 'cached' ? <CheckIcon /> : <VerdictIcon verdict={look} />}
        {title}
      </p>
      {check && check.askers.length > 0 && <Askers check={check} />}
      {next.length === 1 && <p>{next[0]}</p>}
      {next.length > 1 && (
        <ul class="setup-points">
          {next.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const Askers = ({ check: { askers, names } }: { check: Check }) => (
  <dl class="setup-askers">
    <dt>{text.from}</dt>
    {askers.map(({ device, device_name, transport, seen }) => {
      const called = isLoopback(device) ? text.thisMachine : device_name;
      const family = isV6(device) ? setup.enter.v6 : setup.enter.v4;
      const part = fill(text.askedOf, { seen: count(seen.length), all: count(names) });
      const more = [called !== device && device, family, text.transports[transport], part];
      return (
        <dd key={`${device} ${transport}`}>
          <strong>{called}</strong>
          <span>{more.filter(Boolean).join(' · ')}</span>
        </dd>
      );
    })}
  </dl>
);
