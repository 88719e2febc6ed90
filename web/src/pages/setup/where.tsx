import { fill } from '../../i18n';
import { setup } from '../../i18n/setup';
import { Quoted } from '../../i18n/rich';
import { parameters, setParameters } from '../../shell/router';
import { isV6 } from './addresses';
import { COMMANDS } from './commands';
import { Copyable } from './copy';

const text = setup.where;
const routers = setup.routers;
type RouterId = keyof typeof routers;

const isRouter = (id: string | null): id is RouterId => id !== null && Object.hasOwn(routers, id);

/** Where the address is entered, by router, and what holds for all of them. */
export function Where({ addresses }: { addresses: readonly string[] }) {
  const chosen = parameters.value.get('router');
  const id = isRouter(chosen) ? chosen : undefined;
  return (
    <section class="card setup-card" aria-labelledby="setup-where">
      <h2 id="setup-where">{text.title}</h2>
      <label class="field">
        <span>{text.pick}</span>
        <select value={id ?? ''} onChange={(event) => setParameters({ router: event.currentTarget.value })}>
          <option value="">{text.choose}</option>
          {Object.entries(routers).map(([key, { name }]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {id ? <Steps id={id} addresses={addresses} /> : <p>{text.none}</p>}
      <h3>{text.mind}</h3>
      <ul class="setup-points">
        {text.warnings.map((warning) => (
          <li key={warning}>
            <Quoted text={warning} />
          </li>
        ))}
      </ul>
      <h3>{text.undo}</h3>
      <p>{text.undoText}</p>
      <p class="setup-more">
        <Quoted text={text.more} />
      </p>
    </section>
  );
}

function Steps({ id, addresses }: { id: RouterId; addresses: readonly string[] }) {
  const { steps } = routers[id];
  const [v4, v6] = [addresses.find((address) => !isV6(address)), addresses.find(isV6)];
  const filled = (template: string) => fill(template, { v4: v4 ?? text.yours, v6: v6 ?? text.yours6 });
  // A command that names an address which nobody knows would only be copied as it is.
  const known = (COMMANDS[id] ?? []).filter((command) => v6 !== undefined || !command.includes('{v6}'));
  return (
    <>
      <ol class="setup-points">
        {steps.map((step) => (
          <li key={step}>
            <Quoted text={filled(step)} />
          </li>
        ))}
      </ol>
      {known.length > 0 && (
        <ul class="setup-commands">
          {known.map((command) => (
            <li key={command}>
              <Copyable text={filled(command)} />
            </li>
          ))}
        </ul>
      )}
      <p>{text.after}</p>
      <p class="notice notice-failed">{text.untried}</p>
    </>
  );
}
