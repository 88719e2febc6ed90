import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { base, expectSound, launch, looks, open, text } from './browser';

const [wide] = looks;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('lookups are searched in the language of filters, those that happen too', async () => {
  const { page, complaints, close } = await open(browser, '/', wide);
  await page.getByRole('link', { name: 'Search all lookups' }).click();
  const field = page.getByRole('textbox', { name: /^Search for/ });
  const rows = page.locator('.row');
  const search = async (what: string) => {
    await field.fill(what);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toBe(what);
  };
  await search('vendr:samsung');
  expect(await text(page.getByRole('alert'))).toContain('unknown key vendr; did you mean vendor?');
  expect(complaints.splice(0).every((complaint) => complaint.includes('status of 400'))).toBe(true);
  const said = async () => (await rows.allInnerTexts()).map((row) => row.replace(/\s+/g, ' '));
  /** Waits until there are rows, and all of them have these words. */
  const allSay = (...words: string[]) =>
    expect.poll(async () => (await said()).length > 3 && (await said()).every((row) => words.every((word) => row.includes(word)))).toBe(true);
  await search('stopped');
  await allSay('Stopped');
  // What happens is searched alike.
  const [newest] = await said();
  await page.mouse.move(0, 0);
  await expect.poll(async () => (await said())[0], { timeout: 30_000 }).not.toBe(newest);
  await allSay('Stopped');
  await search('vendor:samsung stopped');
  await allSay('Samsung', 'Stopped');
  // A term is added at a tap.
  await page.getByText('What can be searched for').click();
  await page.getByRole('link', { name: 'since:2h' }).click();
  expect(await field.inputValue()).toBe('vendor:samsung stopped since:2h');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'as a table (CSV)' }).click()]);
  expect(file.suggestedFilename()).toBe('queries.csv');
  await page.getByRole('link', { name: 'Clear' }).click();
  await expect.poll(async () => (await said()).some((row) => !row.includes('Samsung'))).toBe(true);
  expect(complaints).toEqual([]);
  await close();
});

test('the lookups for the names of a company are one tap away', async () => {
  const { page, close } = await open(browser, '/vendors/Samsung', wide);
  await page.getByRole('link', { name: 'Its lookups' }).click();
  await expect.poll(() => page.getByRole('textbox', { name: /^Search for/ }).inputValue()).toBe('vendor:"Samsung"');
  await expect.poll(() => page.locator('.row').count()).toBeGreaterThan(0);
  await close();
});

test('a search that takes too long says how far it came, and goes on', async () => {
  const { page, close } = await open(browser, '/login', wide);
  const at = Date.UTC(2026, 10, 20, 12);
  let asked = 0;
  await page.route('**/api/v1/queries?*', async (route) => {
    asked += 1;
    const more = asked === 1;
    await route.fulfill({ json: { rows: [], next: more ? 7 : null, partial: more, scanned_to: more ? at : null } });
  });
  await page.goto(`${base}/activity?filter=name:rare.example`);
  await page.getByText(/^Searched back to .*2026/).waitFor();
  await page.getByRole('button', { name: 'Search on' }).click();
  await page.getByText('No lookup that is kept fits these filters.').waitFor();
  await close();
});

describe.each(looks)('activity, $theme, $width', (look) => {
  test('says what can be searched for, and is sound', async () => {
    const watched = await open(browser, '/activity?filter=stopped', look);
    await watched.page.locator('.row').first().waitFor();
    await expectSound(watched, 'activity', look);
    await watched.page.getByText('What can be searched for').click();
    await expectSound(watched, 'activity-terms', look);
    await watched.close();
  });
});
