import { setup } from '../../i18n/setup';
import { Quoted } from '../../i18n/rich';
import { byHand, isReachable, isV6, onlyHere } from './addresses';
import { Copyable } from './copy';

const text = setup.enter;

interface Properties {
  /** Where ponor answers. */
  dns: readonly string[];
  /** What of it a router can be told. */
  addresses: readonly string[];
  /** Whether that is only the address by which this page was opened. */
  guessed: boolean;
}

/** What is entered as DNS server. */
export function Enter({ dns, addresses, guessed }: Properties) {
  const [here, command] = [onlyHere(dns), byHand(dns)];
  return (
    <section class="card setup-card" aria-labelledby="setup-enter">
      <h2 id="setup-enter">{text.title}</h2>
      <p>
        <Quoted text={said(dns, addresses, guessed)} />
      </p>
      {addresses.length > 0 && (
        <ul class="setup-addresses">
          {addresses.map((address) => (
            <li key={address}>
              <span class="setup-family">{isV6(address) ? text.v6 : text.v4}</span>
              <Copyable text={address} />
            </li>
          ))}
        </ul>
      )}
      {here.length > 0 && (
        <p class="setup-more">
          {text.here} <code>{here.join(', ')}</code>
        </p>
      )}
      {command !== undefined && (
        <div class="setup-more">
          <p>{text.byHand}</p>
          <Copyable text={command} />
        </div>
      )}
    </section>
  );
}

function said(dns: readonly string[], addresses: readonly string[], guessed: boolean): string {
  if (dns.length === 0) return text.notYet;
  if (guessed) return text.guessed;
  if (addresses.length > 0) return text.text;
  return isReachable(dns) ? text.anywhere : text.hereOnly;
}
