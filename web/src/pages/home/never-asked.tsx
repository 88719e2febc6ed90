import { t } from '../../i18n';
import { Rich } from '../../i18n/rich';
import { status } from '../../shell/status';
import { byHand, forRouters, isReachable } from './addresses';

/** What to do so that the first device asks. */
export function NeverAsked() {
  const dns = status.value?.dns ?? [];
  const routers = forRouters(dns);
  const command = byHand(dns);
  return (
    <>
      <h1 class="headline">{t.home.neverAsked}</h1>
      <p class="headline-more">
        <Rich
          text={where(dns, routers)}
          slots={{ addresses: <Addresses all={routers.length > 0 ? routers : dns} /> }}
        />{' '}
        {t.home.neverAskedThen}
      </p>
      {command !== undefined && (
        <p class="headline-more">
          <Rich text={t.home.byHand} slots={{ command: <code>{command}</code> }} />
        </p>
      )}
    </>
  );
}

function where(dns: string[], routers: string[]): string {
  if (routers.length > 0) return t.home.neverAskedText;
  return isReachable(dns) || dns.length === 0 ? t.home.neverAskedAnywhere : t.home.neverAskedHere;
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
