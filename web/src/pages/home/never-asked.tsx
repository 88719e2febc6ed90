import { t } from '../../i18n';
import { Rich } from '../../i18n/rich';
import { status } from '../../shell/status';
import { byHand, forRouters, isReachable } from './addresses';

/** What to do so that the first device asks. */
export function NeverAsked() {
  const dns = status.value?.dns ?? [];
  const [routers, command] = [forRouters(dns), byHand(dns)];
  const what = () => {
    if (routers.length > 0) return t.home.neverAskedText;
    return isReachable(dns) || dns.length === 0 ? t.home.neverAskedAnywhere : t.home.neverAskedHere;
  };
  const addresses = routers.length > 0 ? routers : dns;
  return (
    <>
      <h1 class="headline">{t.home.neverAsked}</h1>
      <p class="headline-more">
        <Rich text={what()} slots={{ addresses: <Addresses all={addresses} /> }} /> {t.home.neverAskedThen}
      </p>
      {command !== undefined && (
        <p class="headline-more">
          <Rich text={t.home.byHand} slots={{ command: <code>{command}</code> }} />
        </p>
      )}
    </>
  );
}

const Addresses = ({ all }: { all: string[] }) => (
  <>
    {all.map((address, index) => (
      <span key={address}>
        {index > 0 && ', '}
        <code>{address}</code>
      </span>
    ))}
  </>
);
