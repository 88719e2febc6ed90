import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { VendorDevice, VendorReport } from '../../api/types';
import { count, country, fill, moment, plural, share, t } from '../../i18n';
import { Hero } from '../../parts/hero';
import { OverTime } from '../../parts/over-time';
import { Places } from '../../parts/places';
import { chosenRange, withRange } from '../../parts/range-picker';
import { type Column, Table } from '../../parts/table';
import { useCalled } from '../../shell/called';
import { ReportNames } from '../devices/names';
import { Unseen } from '../devices/unseen';

const EVERY = 60_000;

/** Which devices asked for the names of one company, what for, and whether that was stopped. */
export function VendorReportPage({ id }: { id: string }) {
  const range = chosenRange();
  const resource = useResource(`vendor ${id} ${range}`, () => api.vendorReport(id, range), EVERY);
  const report = resource.value;
  useCalled(report?.vendor.vendor);
  return (
    <div class="home">
      <Hero label={t.vendors.report} title={report?.vendor.vendor ?? id} text={report && summary(report)} resource={resource}>
        {report && (
          <div class="hero-actions">
            <a class="button" href={`/activity?filter=${encodeURIComponent(`vendor:"${report.vendor.vendor}"`)}`}>
              {t.vendors.lookups}
            </a>
          </div>
        )}
      </Hero>
      {report && <Report report={report} />}
    </div>
  );
}

function summary({ vendor, totals, devices, purposes }: VendorReport): string {
  const seat = vendor.country === null ? t.vendors.seatUnknown : country(vendor.country);
  if (totals.queries === 0) return fill(t.vendors.silent, { country: seat });
  return plural(devices.length, t.vendors.summary, {
    country: seat,
    lookups: plural(totals.queries, t.words.lookups),
    share: share(totals.stopped, totals.queries),
    purposes: purposes.map((purpose) => t.purposes[purpose]).join(', '),
  });
}

const DEVICES: Column<VendorDevice>[] = [
  { head: t.vendors.device, cell: ({ device_id, device_name }) => <a href={withRange(`/devices/${device_id}`)}>{device_name}</a> },
  { head: t.report.tries, isFigure: true, cell: ({ queries }) => count(queries) },
  { head: t.home.stopped, isFigure: true, cell: ({ stopped, queries }) => share(stopped, queries) },
  { head: t.report.firstSeen, cell: ({ first_seen }) => moment(first_seen) },
  { head: t.vendors.lastSeen, cell: ({ last_seen }) => moment(last_seen) },
];

function Report({ report }: { report: VendorReport }) {
  const { devices, names, regions, vendor } = report;
  return (
    <>
      {devices.length > 0 && (
        <section class="card" aria-labelledby="vendor-devices">
          <h2 id="vendor-devices">{t.vendors.devices}</h2>
          <Table caption={t.vendors.devices} columns={DEVICES} rows={devices} keyOf={({ device_id }) => device_id} />
        </section>
      )}
      {report.totals.queries > 0 && <OverTime overview={report} />}
      <ReportNames
        id="vendor-names"
        title={t.vendors.names}
        text={regions.length > 0 ? fill(t.vendors.regions, { regions: regions.join(', ') }) : t.vendors.namesText}
        names={names}
        hasRhythm={false}
      />
      <Places places={report.places} />
      <Unseen ways={vendor.unseen} />
    </>
  );
}
