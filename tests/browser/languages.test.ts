import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { base, expectSound, launch, looks, open, text } from './browser';
import { type Language, englishOn, textOf } from './texts';

const [wide, , narrow] = looks;

/** Each page, what its document is called, and a sentence that it has in any case. */
const PAGES = [
  ['/?verdict=stopped', 'texts.home.title', 'flow.seat'],
  ['/devices', 'texts.devices.title', 'texts.devices.groups'],
  ['/devices/living-room-tv', 'living-room-tv', 'texts.report.reportsText'],
  ['/vendors', 'texts.vendors.title', 'texts.report.company'],
  ['/vendors/Samsung', 'Samsung', 'texts.vendors.namesText'],
  ['/groups', 'texts.devices.groups', 'groups.text'],
  ['/names', 'texts.names.title', 'names.text'],
  ['/activity?filter=stopped', 'texts.activity.title', 'activity.text'],
  ['/lists', 'texts.lists.title', 'listsPage.offersText'],
  ['/rules', 'texts.rules.title', 'rulesPage.changesText'],
  ['/settings', 'texts.app.settings', 'settingsPage.text'],
  ['/setup?router=fritzbox', 'texts.app.setup', 'setup.where.untried'],
  ['/fix', 'texts.app.broke', 'fix.which'],
  ['/fix?device=living-room-tv', 'texts.app.broke', 'fix.another'],
  ['/password', 'texts.login.password', 'password.text'],
  ['/login', 'texts.login.title', 'texts.login.text'],
  ['/nowhere', 'texts.app.notFound', 'texts.app.notFoundNext'],
] as const;

/** They are the same in every language, and take a quarter of the time. */
const COLOURS = ['color-contrast'];

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

const languageOf = (page: Page) => page.evaluate(() => document.documentElement.lang);

/** Opens why the newest lookup was stopped, where there are lookups. */
async function openWhy(page: Page): Promise<void> {
  await page.locator('.row summary').first().click();
  await page.locator('.why .facts-wide, .why .rule').first().waitFor();
}

describe.each<[Language, string]>([
  ['de', 'de-DE'],
  ['fr', 'fr-FR'],
  ['es', 'es-ES'],
])('in %s', (language, locale) => {
  test('every page is in that language alone, and sound', async () => {
    const watched = await open(browser, '/login', narrow, locale);
    const { page } = watched;
    const { devices } = (await (await page.request.get(`${base}/api/v1/devices`)).json()) as { devices: { name: string | null }[] };
    const names = devices.flatMap(({ name }) => name ?? []);
    const said = (path: string) => (path.includes('.') ? textOf(language, path) : path);
    for (const [path, title, sentence] of PAGES) {
      await page.setViewportSize(narrow);
      await page.goto(base + path);
      await page.getByText(said(sentence), { exact: true }).first().waitFor();
      if (path.startsWith('/?')) await openWhy(page);
      expect(await languageOf(page), path).toBe(language);
      await expect.poll(() => page.title(), path).toBe(`${said(title)} · ponor`);
      expect(await englishOn(page, language, names), path).toEqual([]);
      const name = `${language}${path.replace(/\W+/g, '-')}`;
      await expectSound(watched, name, narrow, COLOURS);
      await page.setViewportSize(wide);
      // What is said is the same on a wide screen, and there is room; the longest words need most of it.
      if (language === 'de') await expectSound(watched, name, wide, COLOURS);
      else expect(await tooWide(page), path).toBeLessThanOrEqual(0);
    }
    for (const width of [320, 390, 560, 640, 820, 980]) {
      await page.setViewportSize({ width, height: 800 });
      const tops = await page.locator('.pages a').evaluateAll((links) => links.map((link) => link.getBoundingClientRect().top));
      expect(new Set(tops).size, `${width}`).toBe(1);
      // The brand and the buttons stand in one line above them, or beside.
      expect(Math.min(...tops), `${width}`).toBeLessThan(60);
      expect(await tooWide(page), `${width}`).toBeLessThanOrEqual(0);
    }
    await watched.close();
  });
});

test('a language that is chosen outlives the page, and goes before what the browser asks for', async () => {
  const { page, close } = await open(browser, '/groups', wide, 'fr-FR');
  await page.getByText(textOf('fr', 'groups.text')).waitFor();
  const choose = async (name: string, language: Language) => {
    await page.locator('.header summary[aria-label*=": "]').click();
    await page.getByRole('button', { name, exact: true }).click();
    await page.getByText(textOf(language, 'groups.text')).waitFor();
    expect(await languageOf(page)).toBe(language);
  };
  await choose('Deutsch', 'de');
  await page.reload();
  expect(await text(page.locator('.headline-more'))).toBe(textOf('de', 'groups.text'));
  await choose('English', 'en');
  await close();
});

test('where the texts of a language cannot be had, the page is in English', async () => {
  const context = await browser.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  const [german] = await scriptsBehind(page);
  await page.route(`**${german}`, (route) => route.abort());
  await page.goto(`${base}/groups`);
  await page.getByText(textOf('en', 'groups.text')).waitFor();
  expect(await languageOf(page)).toBe('en');
  expect(await page.locator('.pages').innerText()).toContain(textOf('en', 'texts.app.devices'));
  await context.close();
});

/** The scripts that a page loads behind the first one, in their order. */
async function scriptsBehind(page: Page): Promise<string[]> {
  const scripts: string[] = [];
  page.on('request', (request) => request.resourceType() === 'script' && scripts.push(new URL(request.url()).pathname));
  await page.goto(`${base}/login`);
  await page.locator('.login .card').waitFor();
  return scripts.slice(1);
}

test('nobody loads a language that is not spoken', async () => {
  const loads = async (locale: string) => {
    const context = await browser.newContext({ locale });
    const scripts = await scriptsBehind(await context.newPage());
    await context.close();
    return scripts.length;
  };
  expect(await loads('en-GB')).toBe(0);
  expect(await loads('es-MX')).toBe(1);
});
