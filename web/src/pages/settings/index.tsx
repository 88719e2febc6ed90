import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { Setting, Settings } from '../../api/types';
import { moment, plural, t } from '../../i18n';
import { Quoted } from '../../i18n/rich';
import { settingsPage } from '../../i18n/settings';
import { Fact } from '../../parts/facts';
import { Unready } from '../../parts/states';
import { type Column, Table } from '../../parts/table';
import { status } from '../../shell/status';
import { SECTIONS, isChanged } from './sections';
import { SettingForm } from './setting-form';
import { valueInWords } from './value';

const EVERY = 60_000;

/** What can be set while ponor runs, and what its configuration says. */
export function SettingsPage() {
  const { value, error, reload } = useResource('settings', api.settings, EVERY);
  if (!value) return <Unready title={t.app.settings} error={error} reload={reload} />;
  const { settings, file } = value;
  const open = settings.filter(({ fixed }) => fixed !== 'never');
  const changed = open.filter(isChanged).length;
  return (
    <div class="home settings">
      <section class="hero" aria-label={t.app.settings}>
        <h1 class="headline">{changed === 0 ? settingsPage.headlineNone : plural(changed, settingsPage.headline)}</h1>
        <p class="headline-more">{settingsPage.text}</p>
        <p>
          <a href="/rules">{settingsPage.history}</a>
        </p>
      </section>
      {Object.entries(SECTIONS).map(([section, keys]) => (
        <section class="card" key={section} aria-labelledby={`settings-${section}`}>
          <h2 id={`settings-${section}`}>{settingsPage.sections[section as keyof typeof SECTIONS]}</h2>
          {keys.map((key) => {
            const setting = open.find((known) => known.key === key);
            return setting && <SettingForm key={key} setting={setting} file={file} reload={reload} />;
          })}
        </section>
      ))}
      <Others settings={settings.filter(({ fixed }) => fixed === 'never')} />
      <About settings={value} />
    </div>
  );
}

/** The keys that only the configuration sets. */
function Others({ settings }: { settings: Setting[] }) {
  const { columns } = settingsPage;
  const told: Column<Setting>[] = [
    {
      head: columns.key,
      cell: ({ key, about }) => (
        <>
          <code>{key}</code>
          <span class="table-more" lang="en">
            <Quoted text={about} />
          </span>
        </>
      ),
    },
    { head: columns.value, cell: ({ value }) => <code>{valueInWords(value) || settingsPage.nothing}</code> },
    { head: columns.by, cell: ({ place }) => place ?? settingsPage.byDefault },
  ];
  return (
    <details class="card">
      <summary>
        <h2>{settingsPage.others}</h2>
      </summary>
      <p class="card-aside">{settingsPage.othersText}</p>
      <Table caption={settingsPage.others} columns={told} rows={settings} keyOf={({ key }) => key} />
    </details>
  );
}

/** Which ponor this is, since when, and where it keeps what. */
function About({ settings: { file, data_dir: folder } }: { settings: Settings }) {
  const known = status.value;
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">{settingsPage.about}</h2>
      <dl class="facts">
        {known && (
          <>
            <Fact term={settingsPage.version}>ponor {known.version}</Fact>
            <Fact term={settingsPage.started}>{moment(known.now - known.uptime_seconds * 1000)}</Fact>
          </>
        )}
        <Fact term={settingsPage.file}>{file === null ? settingsPage.noFile : <code>{file}</code>}</Fact>
        <Fact term={settingsPage.folder}>
          <code>{folder}</code>
        </Fact>
      </dl>
      <p class="card-aside">{settingsPage.everyKey}</p>
    </section>
  );
}
