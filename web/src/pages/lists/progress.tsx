import type { ListProgress } from '../../api/types';
import { count, t } from '../../i18n';

/** How far the update of a list is: the step in words, and a bar while the length is known. */
export function Progress({ step }: { step: ListProgress | undefined }) {
  const word = t.lists.steps[step?.step ?? 'fetching'];
  const part = step?.total_bytes ? step.bytes / step.total_bytes : undefined;
  return (
    <div class="progress">
      <progress aria-label={word} {...(part === undefined ? {} : { value: part })} />
      <span>
        {word}
        {step && step.rules > 0 && ` ${count(step.rules)} ${t.words.rules(step.rules)}`}
      </span>
    </div>
  );
}
