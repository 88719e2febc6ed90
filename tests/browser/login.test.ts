import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { base, expectSound, launch, looks, open } from './browser';

const [wide] = looks;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each(looks)('log-in, $theme, $width', (look) => {
  test('asks for the token, and is sound', async () => {
    const watched = await open(browser, '/login', look);
    await watched.page.getByLabel('Token').waitFor();
    await expectSound(watched, 'login', look);
    await watched.close();
  });
});

test('a page that may not be read leads to the log-in and back', async () => {
  const { page, close } = await open(browser, '/login', wide);
  let known = false;
  const problem = { type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'log in first' };
  await page.route('**/api/v1/**', async (route) => {
    const isLogIn = route.request().url().endsWith('/session');
    if (isLogIn) known = (route.request().postDataJSON() as { token: string }).token === 'right';
    if (isLogIn && known) await route.fulfill({ status: 204 });
    else if (known) await route.fallback();
    else await route.fulfill({ status: 401, json: problem });
  });
  await page.goto(`${base}/lists`);
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Log in' }).click();
  expect(await page.getByRole('alert').innerText()).toBe('This is not the token.');
  await page.getByLabel('Token').fill('right');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('#list-vendors').waitFor();
  expect(new URL(page.url()).pathname).toBe('/lists');
  await close();
});
