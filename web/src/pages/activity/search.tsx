import { useState } from 'preact/hooks';

import { fill } from '../../i18n';
import { activity } from '../../i18n/activity';
import { TextField } from '../../parts/text-field';
import { navigate, withParameters } from '../../shell/router';
import { TERMS, withTerm } from './terms';

/** Where a search is entered; it stands in the address. */
export function Search({ search }: { search: string }) {
  const [entered, setEntered] = useState(search);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    navigate(withParameters({ filter: entered.trim() }));
  };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <div class="search-line">
        <TextField id="search" label={activity.field} hint={activity.hint} value={entered} enter={setEntered} />
        <button type="submit" class="button button-main">
          {activity.button}
        </button>
        {search !== '' && (
          <a class="button" href={withParameters({ filter: undefined })}>
            {activity.clear}
          </a>
        )}
      </div>
      <details>
        <summary>{activity.how}</summary>
        <p class="card-aside">{activity.howText}</p>
        <ul class="terms">
          {TERMS.map(([term, means]) => (
            <li key={term}>
              <a translate={false} href={withParameters({ filter: withTerm(search, term) })} title={fill(activity.add, { term })}>
                <code>{term}</code>
              </a>
              <span>{activity.means[means]}</span>
            </li>
          ))}
        </ul>
      </details>
    </form>
  );
}
