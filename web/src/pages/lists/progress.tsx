import type { UpdateProgress } from '../../api/types';
import { listsPage } from '../../i18n/lists';

/** How far the update of a list is: the step in words, and a bar while the length is known. */
export function Progress({ step }: { step: UpdateProgress | undefined }) {
  const word = listsPage.steps[step?.state.name ?? 'asking'];
  const part = step?.total ? step.bytes / step.total : undefined;
  return (
    <div class="progress">
      <progress aria-label={word} {...(part === undefined ? {} : { value: part })} />
      <span>{word}</span>
    </div>
  );
}
