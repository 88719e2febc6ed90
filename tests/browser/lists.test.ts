import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { base, expectSound, launch, looks, open } from './browser';

const [wide] = looks;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each(looks)('lists, $theme, $width', (look) => {
  test('show their rules, and are sound', async () => {
    const watched = await open(browser, '/lists', look);
    const { page } = watched;
    const vendors = page.locator('#list-vendors');
    await vendors.waitFor();
    expect(await page.locator('h1').innerText()).toMatch(/^[\d,]+ rules from \d+ lists? decide what is stopped\.$/);
    expect(Number((await vendors.locator('.list-rules strong').innerText()).replace(/\D/g, ''))).toBeGreaterThan(100);
    expect(await vendors.innerText()).toContain('Updated');
    // However many lines the heading has.
    const update = await page.getByRole('button', { name: 'Update all now' }).boundingBox();
    expect(update?.height).toBeLessThan(48);
    // What would be refused is not offered.
    expect(await vendors.getByRole('button', { name: 'Remove' }).count()).toBe(0);
    expect(await vendors.innerText()).toMatch(/cannot be removed|is changed there/);
    await expectSound(watched, 'lists', look);
    await watched.close();
  });
});

test('all lists are updated on demand', async () => {
  const { page, close } = await open(browser, '/lists', wide);
  await page.getByRole('button', { name: 'Update all now' }).click();
  await expect.poll(() => page.locator('.order-said').innerText(), { timeout: 30_000 }).toContain('All lists were asked');
  await close();
});

test('the keyboard is where it was when an order is carried out, or at what is left of the place', async () => {
  const { page, close } = await open(browser, '/lists', wide);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-labelledby') ?? document.activeElement?.textContent);
  const press = async (name: string) => {
    await page.getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
  };
  await press('Update all now');
  await expect.poll(() => page.locator('.order-said').innerText(), { timeout: 30_000 }).toContain('All lists were asked');
  await expect.poll(focused).toBe('Update all now');
  await press('Add ponor: more of what devices report');
  await page.locator('#list-vendors-strict').waitFor({ timeout: 30_000 });
  await expect.poll(focused).toBe('offers-title');
  await page.request.delete(`${base}/api/v1/lists/vendors-strict`, { headers: { origin: base, 'content-type': 'application/json' } });
  await page.locator('.pages a', { hasText: 'Rules' }).click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
  await close();
});

test('where colours are forced, the chosen page and time span are told apart', async () => {
  const { page, close } = await open(browser, '/', wide);
  await page.emulateMedia({ forcedColors: 'active' });
  for (const [links, count] of [['.pages a', 6], ['.segments a', 5]] as const) {
    await page.locator(links).first().waitFor();
    const grounds = await page.locator(links).evaluateAll((all) => all.map((link) => getComputedStyle(link).backgroundColor));
    const chosen = grounds.filter((ground) => ground !== grounds.at(-1));
    expect([links, chosen.length, grounds.length]).toEqual([links, 1, count]);
  }
  await close();
});

test('lists are offered, the built-in one first, and added by one tap', async () => {
  const { page, close } = await open(browser, '/', wide);
  // Tests fetch nothing from others.
  await page.route('**/api/v1/vendors', async (route) => {
    const response = await route.fetch();
    const text = (await response.text()).replace(/https:[^"]*(native\.roku\.txt)/, 'http://127.0.0.1:9/$1');
    await route.fulfill({ response, body: text });
  });
  await page.goto(`${base}/lists`);
  const first = page.locator('.offer').first();
  await first.waitFor();
  expect(await first.innerText()).toContain('comes with ponor · with side effects that are not all known');
  await first.getByRole('button').click();
  const strict = page.locator('#list-vendors-strict');
  await strict.waitFor({ timeout: 30_000 });
  await strict.getByRole('button', { name: 'Remove' }).click();
  await strict.getByRole('button', { name: 'Really remove?' }).click();
  await first.getByRole('button').waitFor({ timeout: 30_000 });
  const roku = page.locator('#offer-hagezi-roku');
  expect(await roku.innerText()).toContain('GPL-3.0');
  await page.getByRole('button', { name: 'Add HaGeZi: trackers of Roku' }).click();
  const list = page.locator('#list-hagezi-roku');
  await list.waitFor({ timeout: 30_000 });
  expect(await list.innerText()).toContain('http://127.0.0.1:9/native.roku.txt');
  expect(await roku.innerText()).toContain('In use');
  await list.getByRole('button', { name: 'Remove' }).click();
  await list.getByRole('button', { name: 'Really remove?' }).click();
  await roku.getByRole('button').waitFor({ timeout: 30_000 });
  await close();
});

test('what is wrong with a list is told with what it quotes set apart', async () => {
  const { page, close } = await open(browser, '/', wide);
  await page.route('**/api/v1/lists', async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { lists: object[] };
    const faults = { error: '`one.example` does not answer', held_back: 'it begins with `<html>`.' };
    Object.assign(body.lists[0] ?? {}, faults, { rejected: 1, rejects: [{ line: 3, text: 'a', reason: 'no `b` in it' }] });
    await route.fulfill({ response, json: body });
  });
  await page.goto(`${base}/lists`);
  const list = page.locator('.list').first();
  await list.locator('summary').click();
  expect(await list.locator('code').allInnerTexts()).toEqual(['one.example', '<html>', 'a', 'b']);
  expect(await list.innerText()).not.toContain('`');
  await close();
});

test('a list is added by its address, switched off and removed', async () => {
  const { page, close } = await open(browser, '/lists', wide);
  await page.getByLabel('Address').fill('nonsense');
  await page.getByRole('button', { name: 'Add list' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('https://');
  await page.getByLabel('Address').fill('http://127.0.0.1:9/Browser.Test.txt');
  expect(await page.getByLabel('Short name').inputValue()).toBe('browser-test');
  await page.getByRole('button', { name: 'Add list' }).click();
  const list = page.locator('#list-browser-test');
  await list.waitFor({ timeout: 30_000 });
  await list.getByRole('switch').click();
  await expect.poll(() => list.innerText(), { timeout: 30_000 }).toContain('Not in use');
  await list.getByRole('button', { name: 'Remove' }).click();
  await list.getByRole('button', { name: 'Really remove?' }).click();
  await list.waitFor({ state: 'detached', timeout: 30_000 });
  await close();
});
