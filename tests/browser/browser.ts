/** Opens pages in Debian's chromium and notes what a page must never do. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type Locator, type Page, chromium } from 'playwright-core';
import { expect, inject } from 'vitest';

export const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const base = inject('base');

export const looks = [
  { theme: 'light', width: 1280, height: 900 },
  { theme: 'dark', width: 1280, height: 900 },
  { theme: 'light', width: 390, height: 844 },
  { theme: 'dark', width: 390, height: 844 },
] as const;
export type Look = (typeof looks)[number];

const pictures = resolve(process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../../target'), 'pictures');
mkdirSync(pictures, { recursive: true });

/** A browser with a profile of its own that is thrown away. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });

/** A page together with everything it complained about and every foreign address it asked. */
export interface Watched {
  page: Page;
  complaints: string[];
  close: () => Promise<void>;
}

export async function open(browser: Browser, path: string, { theme, width, height }: Look, locale = 'en-GB'): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale });
  const page = await context.newPage();
  const complaints = watch(context, page);
  await page.goto(base + path);
  // Chromium may hang when a document is thrown away that is still loading.
  const close = () => page.waitForLoadState().then(() => context.close());
  return { page, complaints, close };
}

/** The names of a check are meant to lead nowhere; one page alone may ask for them. */
const isOfCheck = (page: Page, url: string): boolean =>
  URL.canParse(url) && new URL(url).hostname.endsWith('.check.ponor.internal') && new URL(page.url()).pathname === '/setup';

function watch(context: BrowserContext, page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isOfCheck(page, message.location().url)) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== base && !isOfCheck(page, request.url())) complaints.push(`asked ${request.url()}`);
  });
  return complaints;
}

/** What holds for every page in every look: accessible, but for rules of axe that are left out, quiet, nothing on top of what can
 * be pressed, and no wider than the window. */
export async function expectSound({ page, complaints }: Watched, name: string, look: Look, leftOut: string[] = []): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}-${look.theme}-${look.width}.png`) });
  // The other mode opens a page each time, for frames of other sites, of which there are none here.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .disableRules(leftOut)
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  expect(await covered(page)).toEqual([]);
  expect(complaints).toEqual([]);
}

/** What could be pressed in the window, if nothing else lay on its middle. The head of the page, open menus and the
 * word of new lookups may. */
const covered = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const isCovered = (control: Element): boolean => {
      const box = control.getClientRects()[0];
      const above = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (!above || above.closest('header, .menu, .pill') !== null) return false;
      const label = control.closest('label') ?? control;
      return !label.contains(above) && !above.contains(control);
    };
    const controls = [...document.querySelectorAll('a, button, input, select, summary')];
    return controls.filter((control) => control.checkVisibility() && isCovered(control)).map((control) => control.outerHTML);
  });

/** What stands in a place, as it is read. */
export const text = async (place: Locator): Promise<string> => (await place.innerText()).replace(/\s+/g, ' ').trim();
