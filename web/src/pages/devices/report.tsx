import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { DeviceReport } from '../../api/types';
import { count, fill, moment, plural, share, t } from '../../i18n';
import { Quoted } from '../../i18n/rich';
import { offlineOf, whatItIs } from '../../parts/device';
import { Fact } from '../../parts/facts';
import { Hero } from '../../parts/hero';
import { OverTime } from '../../parts/over-time';
import { PauseButton } from '../../parts/pause';
import { Places } from '../../parts/places';
import { chosenRange } from '../../parts/range-picker';
import { Told } from '../../parts/sentence';
import { calledOf } from '../../parts/whom';
import { useCalled } from '../../shell/called';
import { now } from '../../shell/clock';
import { status } from '../../shell/status';
import { Heat } from './heat';
import { Membership } from './membership';
import { ReportNames } from './names';
import { Naming } from './naming';
import { Unseen } from './unseen';
import { VendorTable } from './vendors';

const EVERY = 60_000;

/** What one device does: to whom, what for, how often, how regularly, whether it was stopped, and what cannot be seen. */
export function DeviceReportPage({ id }: { id: string }) {
  const range = chosenRange();
  const resource = useResource(`report ${id} ${range}`, () => api.deviceReport(id, range), EVERY);
  const report = resource.value;
  useCalled(report && calledOf(report.device));
  return (
    <div class="home">
      <Hero label={t.report.title} title={report ? calledOf(report.device) : id} text={report && summary(report)} resource={resource}>
        {report && <OfflineNow device={report.device} />}
        {report && (
          <div class="hero-actions">
            {status.value && (
              <PauseButton scope={{ device: report.device.id }} whom={calledOf(report.device)} pauses={status.value.pauses} />
            )}
            <Membership device={report.device} changed={resource.reload} />
            <Naming device={report.device} changed={resource.reload} />
            <a class="button" href={`/?device=${encodeURIComponent(report.device.id)}#recent`}>
              {t.report.itsLookups}
            </a>
          </div>
        )}
      </Hero>
      {report && <Report report={report} />}
    </div>
  );
}

function OfflineNow({ device }: Pick<DeviceReport, 'device'>) {
  const offline = offlineOf(device, now.value);
  return offline === null ? null : (
    <p>
      <span class="tag tag-plain">{offline}</span>
    </p>
  );
}

function summary({ device, totals, vendors }: DeviceReport): string {
  if (totals.queries === 0) return t.report.silent;
  const what = whatItIs(device) ?? t.devices.kinds.other;
  return fill(t.report.summary, {
    what: fill(device.kind_confidence === 'low' ? t.report.uncertain : t.report.certain, { what }),
    lookups: plural(totals.queries, t.words.lookups),
    companies: plural(vendors.length, t.words.vendors),
    share: share(totals.stopped, totals.queries),
  });
}

function Report({ report }: { report: DeviceReport }) {
  const { findings, vendors, needs, reports, unclear, places, heat, zone, unseen } = report;
  return (
    <>
      {findings.length > 0 && (
        <section class="card" aria-labelledby="findings">
          <h2 id="findings">{t.report.findings}</h2>
          <ul class="sentences">
            {findings.map((sentence) => (
              <li key={JSON.stringify(sentence)}>
                <Told sentence={sentence} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Figures report={report} />
      {report.totals.queries > 0 && <OverTime overview={report} />}
      {vendors.length > 0 && <VendorTable vendors={vendors} zone={zone} />}
      <ReportNames id="reports" title={t.report.reports} text={t.report.reportsText} names={reports} />
      <ReportNames id="needs" title={t.report.needs} text={t.report.needsText} names={needs} />
      <ReportNames id="unclear" title={t.report.unclear} text={t.report.unclearText} names={unclear} />
      <Places places={places} />
      {heat && <Heat heat={heat} zone={zone} />}
      <Unseen ways={unseen} />
      <Identity device={report.device} />
    </>
  );
}

function Figures({ report }: { report: DeviceReport }) {
  const { per_day, night_share, zone, known_since, totals } = report;
  return (
    <dl class="card facts">
      <Fact term={t.report.perDay}>{count(Math.round(per_day))}</Fact>
      <Fact term={t.home.stopped}>{count(totals.stopped)}</Fact>
      {night_share !== null && <Fact term={fill(t.report.atNight, { zone })}>{share(night_share, 1)}</Fact>}
      {known_since !== null && <Fact term={t.report.knownSince}>{moment(known_since)}</Fact>}
    </dl>
  );
}

function Identity({ device }: { device: DeviceReport['device'] }) {
  return (
    <section class="card" aria-labelledby="identity">
      <h2 id="identity">{t.report.identity}</h2>
      <dl class="facts facts-wide">
        <Fact term={t.report.addresses}>
          {[...device.macs.map(({ address }) => address), ...device.addresses].map((address) => (
            <code key={address}>{address} </code>
          ))}
        </Fact>
        {device.group !== null && <Fact term={t.report.group}>{device.group}</Fact>}
        {device.evidence.map(({ text, confidence, source }) => (
          <Fact key={`${source} ${text}`} term={t.report.evidence[source]}>
            <Quoted text={text} /> <span class="fact-more">{t.why.confidences[confidence]}</span>
          </Fact>
        ))}
      </dl>
    </section>
  );
}
