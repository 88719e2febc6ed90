import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { base, expectSound, launch, looks, open, text } from './browser';

const [wide] = looks;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('a name is given to an address, is answered, and is removed', async () => {
  const { page, complaints, close } = await open(browser, '/devices', wide);
  await page.getByRole('link', { name: 'Names of your home' }).click();
  const form = page.locator('[aria-labelledby="new-name"]');
  const enter = async (name: string, target: string) => {
    await form.getByLabel(/^Name/).fill(name);
    await form.getByLabel('Leads to').fill(target);
    await form.getByRole('button', { name: 'Add name' }).click();
  };
  await enter('cellar.home.arpa', '10.0.0');
  expect(await text(form.getByRole('alert'))).toContain('A: expected an IPv4 address');
  await enter('cellar.home.arpa', '10.0.0.77');
  const own = page.locator('.standing li', { hasText: 'cellar.home.arpa' });
  expect(await text(own)).toMatch(/^cellar\.home\.arpa leads to 10\.0\.0\.77/);
  expect(await text(page.locator('.hero').getByRole('status'))).toBe('cellar.home.arpa A 10.0.0.77 is added.');
  const explained = await page.request.get(`${base}/api/v1/explain?name=cellar.home.arpa&type=A`);
  expect(JSON.stringify(await explained.json())).toContain('10.0.0.77');
  await own.getByRole('button', { name: 'Remove (cellar.home.arpa A 10.0.0.77)' }).click();
  await own.waitFor({ state: 'detached' });
  await page.goto(`${base}/rules`);
  const newest = page.locator('[aria-labelledby="changes"] tbody tr').first();
  await expect.poll(() => text(newest)).toMatch(/^Record cellar\.home\.arpa A 10\.0\.0\.77 change \d+ .*there.* none/);
  // The refusal was asked for.
  expect(complaints).toEqual([expect.stringContaining('status of 422')]);
  await close();
});

describe.each(looks)('names, $theme, $width', (look) => {
  test('show where each leads to, and which the configuration has set', async () => {
    const watched = await open(browser, '/names', look);
    const { page } = watched;
    const printer = page.locator('.standing li', { hasText: 'printer' }).first();
    await expect.poll(() => text(printer)).toMatch(/set in the configuration leads to 127\.0\.1\.\d+/);
    expect(await printer.getByRole('button').count()).toBe(0);
    await expectSound(watched, 'names', look);
    await watched.close();
  });
});
