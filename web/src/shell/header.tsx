import type { Pause } from '../api/types';
import { fill, language, t } from '../i18n';
import { LANGUAGES, type Language, chooseLanguage } from '../i18n/choice';
import { CheckIcon, LanguageIcon, MoonIcon, SettingsIcon, SunIcon, SystemIcon } from '../parts/icons';
import { Logo } from '../parts/logo';
import { Menu } from '../parts/menu';
import { PauseButton } from '../parts/pause';
import { nextTheme, theme } from './theme';

const PAGES = [
  { path: '/', name: t.app.home },
  { path: '/devices', name: t.app.devices },
  { path: '/vendors', name: t.app.vendors },
  { path: '/lists', name: t.app.lists },
  { path: '/rules', name: t.app.rules },
  { path: '/fix', name: t.app.fix },
];

export function Header({ path, pauses }: { path: string; pauses: readonly Pause[] | undefined }) {
  return (
    <header class="header">
      <div class="header-inside">
        <a class="brand" href="/">
          <Logo />
          <span>{t.app.name}</span>
        </a>
        <nav aria-label={t.app.navigation}>
          <ul class="pages">
            {PAGES.map((page) => (
              <li key={page.path}>
                <a href={page.path} aria-current={isOn(page.path, path) ? 'page' : undefined}>
                  {page.name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="header-buttons">
          {pauses && <PauseButton scope="everyone" whom={t.wayOut.everyone} pauses={pauses} />}
          <LanguageMenu />
          <ThemeButton />
          <SettingsLink path={path} />
        </div>
      </div>
    </header>
  );
}

/** The pages that another one leads to, and that belong to it. */
const BELONGS: Record<string, string> = { '/activity': '/', '/groups': '/devices', '/names': '/devices' };

/** Whether `path` is this page, or one below it. */
const isOn = (page: string, path: string) =>
  path === page || (page !== '/' && path.startsWith(`${page}/`)) || BELONGS[path] === page;

function LanguageMenu() {
  const says = fill(t.app.language, { language: LANGUAGES[language] });
  const known = Object.entries(LANGUAGES) as [Language, string][];
  return (
    <Menu face={<LanguageIcon />} says={says} label={says}>
      {(close) =>
        known.map(([code, name]) => (
          <button
            key={code}
            type="button"
            lang={code}
            class="button button-quiet"
            aria-pressed={code === language}
            onClick={() => (code === language ? close() : chooseLanguage(code))}
          >
            {name}
            {code === language && <CheckIcon />}
          </button>
        ))
      }
    </Menu>
  );
}

const SettingsLink = ({ path }: { path: string }) => (
  <a
    class="button button-quiet button-icon"
    href="/settings"
    aria-label={t.app.settings}
    title={t.app.settings}
    aria-current={path === '/settings' ? 'page' : undefined}
  >
    <SettingsIcon />
  </a>
);

export function ThemeButton() {
  const Shape = { auto: SystemIcon, light: SunIcon, dark: MoonIcon }[theme.value];
  const says = t.app.themes[theme.value];
  return (
    <button type="button" class="button button-quiet button-icon" aria-label={says} title={says} onClick={nextTheme}>
      <Shape />
    </button>
  );
}
