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
    // One can type at once.
    await expect.poll(() => watched.page.locator(':focus').getAttribute('name')).toBe('password');
    await expectSound(watched, 'login', look);
    await watched.close();
  });
});

test('a page that may not be read leads to the log-in and back', async () => {
  const { page, close } = await open(browser, '/login', wide);
  let known = false;
  const problem = { type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'log in first' };
  await page.route('**/api/v1/**', async (route) => {
    const isSession = route.request().url().endsWith('/session');
    const isLogIn = isSession && route.request().method() === 'POST';
    if (isLogIn) known = (route.request().postDataJSON() as { token: string }).token === 'right';
    if (isLogIn && known) await route.fulfill({ status: 204 });
    else if (known || (isSession && !isLogIn)) await route.fallback();
    else await route.fulfill({ status: 401, json: problem });
  });
  await page.goto(`${base}/lists#list-vendors`);
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Log in' }).click();
  expect(await page.getByRole('alert').innerText()).toBe('This is not the token.');
  await page.getByLabel('Token').fill('right');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('#list-vendors').waitFor();
  expect(page.url()).toBe(`${base}/lists#list-vendors`);
  await close();
});

test('a page that waits for a log-in goes on after one in another tab, as soon as it is seen again', async () => {
  const { page, close } = await open(browser, '/lists', wide);
  let known = false;
  await page.route('**/api/v1/session', (route) => route.fulfill({ json: { required: true, password: false, authenticated: known } }));
  await page.goto(`${base}/login?next=%2Flists`);
  await page.getByLabel('Token').waitFor();
  known = true;
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  // Sooner than the clock would ask for it.
  await page.locator('#list-vendors').waitFor({ timeout: 5000 });
  expect(page.url()).toBe(`${base}/lists`);
  await close();
});

describe.each(looks)('log-out, $theme, $width', (look) => {
  test('ends the session, and is sound', async () => {
    const watched = await open(browser, '/login', look);
    const { page } = watched;
    let known = true;
    await page.route('**/api/v1/session', async (route) => {
      if (route.request().method() === 'DELETE') {
        known = false;
        await route.fulfill({ status: 204 });
      } else await route.fulfill({ json: { required: true, password: false, authenticated: known } });
    });
    await page.goto(`${base}/lists`);
    const button = page.getByRole('button', { name: 'Log out' });
    await button.scrollIntoViewIfNeeded();
    await expectSound(watched, 'log-out', look);
    await button.click();
    await page.getByLabel('Token').waitFor();
    expect([known, new URL(page.url()).pathname]).toEqual([false, '/login']);
    await watched.close();
  });
});

test('where nobody has to log in, nobody can log out', async () => {
  const { page, close } = await open(browser, '/login', wide);
  const asked = page.waitForResponse('**/api/v1/session');
  await page.goto(`${base}/lists`);
  await (await asked).finished();
  await page.locator('.footer').waitFor();
  expect(await page.getByRole('button', { name: 'Log out' }).count()).toBe(0);
  await close();
});

describe.each(looks)('password, $theme, $width', (look) => {
  test('is chosen, asked for, and removed, and the page is sound', async () => {
    const watched = await open(browser, '/', look);
    const { page } = watched;
    // As where one has to log in.
    await page.route('**/api/v1/session', async (route) => {
      if (route.request().method() !== 'GET') return route.fallback();
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), required: true } });
    });
    await page.goto(base);
    await page.locator('.footer').getByRole('link', { name: 'Password' }).click();
    await expect.poll(() => page.locator('h1').innerText()).toBe('Only the token opens this page.');
    const form = page.locator('form');
    await form.locator('input[name=new-password]').fill('correct horse');
    await form.getByRole('button', { name: 'Show' }).click();
    await expectSound(watched, 'password', look);
    await form.getByRole('button', { name: 'Choose this password' }).click();
    await expect.poll(() => page.locator('h1').innerText()).toBe('A password opens this page, and the token still does.');
    expect(await page.locator('.hero').getByRole('status').innerText()).toMatch(/^The password is chosen\./);
    await page.getByRole('button', { name: 'Have no password' }).click();
    await expect.poll(() => page.locator('h1').innerText()).toBe('Only the token opens this page.');
    await watched.close();
  });
});
