import type { ExplainCause } from '../../api/types';
import { fill, t } from '../../i18n';

/** Whose a rule is: the list and the line, or else what kind of rule. */
export function whose({ source, id, line }: Pick<ExplainCause, 'source' | 'id' | 'line'>): string {
  if (source !== 'list') return fill(t.why.owners[source], { group: id ?? '' });
  return [id ?? t.why.owners.list, line != null && fill(t.why.line, { line })].filter(Boolean).join(', ');
}
