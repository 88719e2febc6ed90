import { useEffect } from 'preact/hooks';

import { api } from '../api/client';
import { useResource } from '../api/resource';
import { fill, t } from '../i18n';
import { HomePage } from '../pages/home';
import { ListsPage } from '../pages/lists';
import { LoginPage } from '../pages/login';
import { Hatching } from '../parts/split-bar';
import { Banners } from './banners';
import { Header } from './header';
import { location } from './router';

const STATUS_EVERY = 15_000;

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
  const status = useResource('status', api.status, STATUS_EVERY);
  return (
    <>
      <a class="skip-link" href="#content">
        {t.app.skip}
      </a>
      <Hatching />
      <Header path={path} />
      <Banners status={status.value} />
      <main id="content" tabIndex={-1}>
        <Page path={path} />
      </main>
      {status.value && <footer class="footer">{fill(t.app.version, { version: status.value.version })}</footer>}
    </>
  );
}

function Page({ path }: { path: string }) {
  if (path === '/') return <HomePage />;
  if (path === '/lists') return <ListsPage />;
  return (
    <section class="card nothing-here">
      <h1>{t.app.notFound}</h1>
      <a class="button" href="/">
        {t.app.notFoundNext}
      </a>
    </section>
  );
}

function titleOf(path: string): string {
  const page = { '/': t.home.title, '/lists': t.lists.title, '/login': t.login.title }[path] ?? t.app.notFound;
  return `${page} · ${t.app.name}`;
}
