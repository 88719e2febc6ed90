import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { TopLine } from '../../api/types';
import { count, plural, share, t } from '../../i18n';
import { Hero } from '../../parts/hero';
import { chosenRange } from '../../parts/range-picker';
import { seatOf } from '../../parts/seat';
import { VendorLink } from '../../parts/sentence';
import { SplitBar } from '../../parts/split-bar';
import { Empty } from '../../parts/states';
import { type Column, Table } from '../../parts/table';

const EVERY = 30_000;

/** Whose names the devices asked for. */
export function VendorsPage() {
  const range = chosenRange();
  const resource = useResource(`top vendor ${range}`, () => api.top('vendor', range), EVERY);
  const vendors = resource.value?.lines.filter(({ key }) => key !== null);
  return (
    <div class="home">
      <Hero label={t.vendors.title} title={vendors ? plural(vendors.length, t.vendors.headline) : t.vendors.title} resource={resource} />
      {vendors && <Vendors vendors={vendors} />}
    </div>
  );
}

function Vendors({ vendors }: { vendors: TopLine[] }) {
  if (vendors.length === 0) return <Empty>{t.home.topVendorsEmpty}</Empty>;
  const largest = vendors[0]?.queries ?? 0;
  return (
    <section class="card" aria-label={t.vendors.table}>
      <Table caption={t.vendors.table} columns={columns(largest)} rows={vendors} keyOf={({ label }) => label} />
    </section>
  );
}

const columns = (largest: number): Column<TopLine>[] => [
  {
    head: t.report.company,
    cell: (line) => (
      <>
        <VendorLink vendor={line.label} />
        <span class="table-more">{seatOf(line)}</span>
        <SplitBar stopped={line.stopped} whole={line.queries} largest={largest} />
      </>
    ),
  },
  { head: t.report.tries, isFigure: true, cell: ({ queries }) => count(queries) },
  { head: t.home.stopped, isFigure: true, cell: ({ stopped, queries }) => share(stopped, queries) },
];
