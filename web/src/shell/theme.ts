/** Light, dark, or as the system says; kept in this browser. */
import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'ponor-theme';
const THEMES: Theme[] = ['auto', 'light', 'dark'];
const system = window.matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);

export const theme = signal<Theme>(stored());

/** Whether the page is dark now. Charts are drawn again when it changes: a canvas keeps its colours. */
export const isDark = () => (theme.value === 'auto' ? systemIsDark.value : theme.value === 'dark');

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
}

export function startTheme(): void {
  system.addEventListener('change', () => (systemIsDark.value = system.matches));
  effect(() => {
    if (theme.value === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme.value;
    try {
      localStorage.setItem(KEY, theme.value);
    } catch {
      // Storage may be forbidden; then the choice lasts as long as the page.
    }
  });
}

function stored(): Theme {
  try {
    return THEMES.find((known) => known === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}
