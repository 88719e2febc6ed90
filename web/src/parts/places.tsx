import type { ReportPlace } from '../api/types';
import { count, country, t } from '../i18n';
import { type Column, Table } from './table';

const COLUMNS: Column<ReportPlace>[] = [
  { head: t.places.registered, cell: (place) => (place.country === null ? t.vendors.seatUnknown : country(place.country)) },
  { head: t.places.announced, cell: ({ asn, as_name }) => (asn === null ? '–' : `${as_name ?? ''} (AS${asn})`.trim()) },
  { head: t.places.letThrough, isFigure: true, cell: ({ queries }) => count(queries) },
];

/** Where the addresses in the answers that were let through are registered: not where anything went. */
export function Places({ places }: { places: ReportPlace[] }) {
  if (places.length === 0) return null;
  return (
    <section class="card" aria-labelledby="places">
      <h2 id="places">{t.places.title}</h2>
      <p class="card-aside">{t.places.text}</p>
      <Table caption={t.places.title} columns={COLUMNS} rows={places} keyOf={({ country, asn }) => `${country} ${asn}`} />
    </section>
  );
}
