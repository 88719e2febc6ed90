import type { ReportVendor } from '../../api/types';
import { count, every, fill, moment, share, t } from '../../i18n';
import { seatOf } from '../../parts/seat';
import { VendorLink } from '../../parts/sentence';
import { type Column, Table } from '../../parts/table';

const columns = (zone: string): Column<ReportVendor>[] => [
  { head: t.report.company, cell: (vendor) => <Company vendor={vendor} /> },
  { head: t.why.purpose, cell: ({ purposes }) => purposes.map((purpose) => t.purposes[purpose]).join(', ') },
  { head: t.report.tries, isFigure: true, cell: ({ queries }) => count(queries) },
  { head: t.home.stopped, isFigure: true, cell: ({ stopped, queries }) => share(stopped, queries) },
  { head: t.report.rhythm, isFigure: true, cell: ({ gap }) => (gap ? every(gap.median) : '–') },
  { head: fill(t.report.atNight, { zone }), isFigure: true, cell: ({ night_share }) => (night_share === null ? '–' : share(night_share, 1)) },
  { head: t.report.firstSeen, cell: ({ first_seen }) => moment(first_seen) },
];

function Company({ vendor }: { vendor: ReportVendor }) {
  return (
    <>
      <VendorLink vendor={vendor.vendor} />
      {vendor.is_new && <span class="tag tag-plain">{t.report.isNew}</span>}
      <span class="table-more">{[seatOf(vendor), ...vendor.regions].join(' · ')}</span>
      <span class="table-more">{vendor.services.map(({ service }) => service).join(', ')}</span>
    </>
  );
}

export const VendorTable = ({ vendors, zone }: { vendors: ReportVendor[]; zone: string }) => (
  <section class="card" aria-labelledby="companies">
    <h2 id="companies">{t.report.companies}</h2>
    <Table caption={t.report.companies} columns={columns(zone)} rows={vendors} keyOf={({ vendor }) => vendor} />
  </section>
);
