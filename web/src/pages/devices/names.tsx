import type { ReportName } from '../../api/types';
import { count, every, fill, plural, share, t } from '../../i18n';
import { Domain } from '../../parts/domain';
import { type Column, Table } from '../../parts/table';

/** Names that are shown before one asks for the others. */
const SHOWN = 8;

const FIGURES: Column<ReportName>[] = [
  { head: t.report.name, cell: ({ name, attribution, region, sent }) => <Named name={name} attribution={attribution} region={region} sent={sent} /> },
  { head: t.report.tries, isFigure: true, cell: ({ queries }) => count(queries) },
  { head: t.home.stopped, isFigure: true, cell: ({ stopped, queries }) => share(stopped, queries) },
];

const RHYTHM: Column<ReportName> = {
  head: t.report.rhythm,
  isFigure: true,
  cell: ({ rhythm }) => (rhythm?.gap ? every(rhythm.gap.median) : '–'),
};

function Named({ name, attribution, region, sent }: Pick<ReportName, 'name' | 'attribution' | 'region' | 'sent'>) {
  const whose = attribution && [attribution.vendor, attribution.service, t.purposes[attribution.purpose], region];
  return (
    <>
      <Domain name={name} />
      <span class="table-more">{whose ? whose.filter(Boolean).join(' · ') : t.home.unknownVendor}</span>
      {sent && <span class="table-more">{fill(t.report.carries, { sent })}</span>}
    </>
  );
}

interface Names {
  id: string;
  title: string;
  text: string;
  names: ReportName[];
  /** Whether a rhythm is told: that is one of a device. */
  hasRhythm?: boolean;
}

export function ReportNames({ id, title, text, names, hasRhythm = true }: Names) {
  if (names.length === 0) return null;
  const [shown, more] = [names.slice(0, SHOWN), names.slice(SHOWN)];
  const columns = hasRhythm ? [...FIGURES, RHYTHM] : FIGURES;
  const table = (rows: ReportName[]) => <Table caption={title} columns={columns} rows={rows} keyOf={({ name }) => name} />;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="card-aside">{text}</p>
      {table(shown)}
      {more.length > 0 && (
        <details class="twin">
          <summary>{plural(more.length, t.report.more)}</summary>
          {table(more)}
        </details>
      )}
    </section>
  );
}
