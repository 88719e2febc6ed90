import { exportPath } from '../../api/client';
import { activity } from '../../i18n/activity';
import { parameters } from '../../shell/router';

/** What is searched for as a file. */
export function Files() {
  const given = parameters.value;
  const meant = Object.fromEntries(['filter', 'device', 'verdict', 'name'].map((key) => [key, given.get(key)]));
  return (
    <p class="files">
      {activity.save}
      {(['csv', 'jsonl'] as const).map((format) => (
        <a key={format} class="button" href={exportPath({ ...meant, format })} download>
          {activity[format]}
        </a>
      ))}
    </p>
  );
}
