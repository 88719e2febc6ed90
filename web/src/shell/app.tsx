import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

import { api } from '../api/client';
import { useResource } from '../api/resource';
import { fill, t } from '../i18n';
import { DevicesPage } from '../pages/devices';
import { DeviceReportPage } from '../pages/devices/report';
import { HomePage } from '../pages/home';
import { LoginPage } from '../pages/login';
import { VendorsPage } from '../pages/vendors';
import { VendorReportPage } from '../pages/vendors/report';
import { Hatching } from '../parts/split-bar';
import { Banners } from './banners';
import { calledAt } from './called';
import { Header } from './header';
import { lazily } from './lazily';
import { LogOut } from './log-out';
import { location } from './router';
import { askedBy, status } from './status';

const STATUS_EVERY = 15_000;

const ActivityPage = lazily(async () => (await import('../pages/activity')).ActivityPage);
const FixPage = lazily(async () => (await import('../pages/fix')).FixPage);
const GroupsPage = lazily(async () => (await import('../pages/groups')).GroupsPage);
const ListsPage = lazily(async () => (await import('../pages/lists')).ListsPage);
const NamesPage = lazily(async () => (await import('../pages/names')).NamesPage);
const PasswordPage = lazily(async () => (await import('../pages/password')).PasswordPage);
const RulesPage = lazily(async () => (await import('../pages/rules')).RulesPage);
const SettingsPage = lazily(async () => (await import('../pages/settings')).SettingsPage);
const SetupPage = lazily(async () => (await import('../pages/setup')).SetupPage);

/** The pages that have an address of their own. */
const PAGES: Record<string, { title: string; Page: ComponentType }> = {
  '/': { title: t.home.title, Page: HomePage },
  '/activity': { title: t.activity.title, Page: ActivityPage },
  '/devices': { title: t.devices.title, Page: DevicesPage },
  '/groups': { title: t.devices.groups, Page: GroupsPage },
  '/names': { title: t.names.title, Page: NamesPage },
  '/vendors': { title: t.vendors.title, Page: VendorsPage },
  '/lists': { title: t.lists.title, Page: ListsPage },
  '/rules': { title: t.rules.title, Page: RulesPage },
  '/settings': { title: t.app.settings, Page: SettingsPage },
  '/setup': { title: t.app.setup, Page: SetupPage },
  '/fix': { title: t.app.broke, Page: FixPage },
  '/login': { title: t.login.title, Page: LoginPage },
  '/password': { title: t.login.password, Page: PasswordPage },
};

export function App() {
  const { path } = location.value;
  const title = titleOf(path);
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (path === '/login') return <LoginPage />;
  return <Frame path={path} />;
}

function Frame({ path }: { path: string }) {
  const { value, reload } = useResource('status', api.status, STATUS_EVERY);
  useEffect(() => {
    status.value = value;
    askedBy(reload);
  }, [value, reload]);
  return (
    <>
      <a class="skip-link" href="#content">
        {t.app.skip}
      </a>
      <Hatching />
      <Header path={path} pauses={value?.pauses} />
      <Banners status={value} />
      <main id="content" tabIndex={-1}>
        <Page path={path} />
      </main>
      {value && (
        <footer class="footer">
          {fill(t.app.version, { version: value.version })}
          <a href="/setup">{t.app.setup}</a>
          <LogOut />
        </footer>
      )}
    </>
  );
}

function Page({ path }: { path: string }) {
  const known = PAGES[path];
  if (known) return <known.Page />;
  const [device, vendor] = [below('/devices/', path), below('/vendors/', path)];
  if (device !== undefined) return <DeviceReportPage id={device} />;
  if (vendor !== undefined) return <VendorReportPage id={vendor} />;
  return (
    <section class="card nothing-here">
      <h1>{t.app.notFound}</h1>
      <a class="button" href="/">
        {t.app.notFoundNext}
      </a>
    </section>
  );
}

/** What stands behind a page's address: which device, which company. */
function below(page: string, path: string): string | undefined {
  if (!path.startsWith(page) || path.length === page.length) return undefined;
  try {
    return decodeURIComponent(path.slice(page.length));
  } catch {
    return undefined;
  }
}

function titleOf(path: string): string {
  const page = PAGES[path]?.title ?? calledAt(path) ?? below('/devices/', path) ?? below('/vendors/', path) ?? t.app.notFound;
  return `${page} · ${t.app.name}`;
}
