import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { base, expectSound, launch, looks, open, text } from './browser';

const [wide] = looks;
const API = `${base}/api/v1`;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Orders something as the pages do; the number of the change. */
async function order(page: Page, path: string, data: unknown): Promise<number> {
  const response = await page.request.post(`${API}/${path}`, { data, headers: { origin: base } });
  return ((await response.json()) as { id: number }).id;
}

describe.each(looks)('rules, $theme, $width', (look) => {
  test('show who is excepted until when, own rules, and who changed what', async () => {
    const watched = await open(browser, '/', look);
    const { page } = watched;
    const printer = 'printer';
    const changes = [
      await order(page, 'exceptions', { name: 'tracking.miui.com', action: 'allow', scope: { device: printer } }),
      await order(page, 'exceptions', { name: 'games.example', action: 'block', lasts: 'forever' }),
      await order(page, 'rules', { rule: `||look-${look.theme}-${look.width}.example^` }),
      await order(page, 'pause', { scope: { device: printer }, lasts: '30m' }),
    ];
    onTestFinished(async () => {
      for (const id of changes.reverse()) await order(page, `changes/${id}/undo`, {});
      await watched.close();
    });
    await page.goto(`${base}/rules`);
    const exceptions = page.locator('[aria-labelledby="exceptions"]');
    await exceptions.waitFor();
    expect(await text(page.locator('h1'))).toMatch(/^2 exceptions and 1 own rule stand beside the lists\.$/);
    const told = await text(exceptions);
    expect(told).toMatch(/tracking\.miui\.com let through printer · 60 minutes left, until \d\d:\d\d End it/);
    expect(told).toMatch(/games\.example stopped all devices · until somebody ends it End it/);
    expect(await text(page.locator('[aria-labelledby="own-rules"]'))).toMatch(/\|\|look-\w+-\d+\.example\^ all devices Remove/);
    const newest = page.locator('[aria-labelledby="changes"] tbody tr').first();
    expect(await text(newest)).toMatch(/^Pause for printer change \d+ .*none .*paused until .*the page from 127\.0\.0\.1 .*Take it back/);
    await expect.poll(() => text(page.locator('.banner-pause'))).toMatch(/^Stopping is paused for printer\. 30 minutes left\. Resume stopping for printer$/);
    await expectSound(watched, 'rules', look);
  });
});

describe.each([looks[0], looks[3]])('pause, $theme, $width', (look) => {
  test('blocking is paused for a device and resumed', async () => {
    const watched = await open(browser, '/devices', look);
    const { page } = watched;
    await page.locator('.device-card', { hasText: 'printer' }).locator('a').click();
    const place = page.locator('.hero .pause-button');
    await place.locator('summary').click();
    await expectSound(watched, 'pause', look);
    await place.getByRole('button', { name: 'For half an hour' }).click();
    await page.locator('.banner-pause', { hasText: 'Stopping is paused for printer.' }).waitFor();
    await place.getByRole('button', { name: 'Resume' }).click();
    await page.locator('.banner-pause').waitFor({ state: 'detached' });
    await watched.close();
  });
});

test('an exception is ended, a rule added and removed, and what was done is taken back', async () => {
  const { page, complaints, close } = await open(browser, '/', wide);
  await order(page, 'exceptions', { name: 'a.example', action: 'allow' });
  await page.goto(`${base}/rules`);
  const exceptions = page.locator('[aria-labelledby="exceptions"]');
  await exceptions.getByRole('button', { name: 'End it (the exception for a.example)' }).click();
  await expect.poll(() => text(exceptions)).toContain('No exception is in force.');
  // What is seen to be done is heard, too.
  const said = page.locator('.hero').getByRole('status');
  await expect.poll(() => text(said)).toBe('The exception for a.example is over.');
  await page.locator('[aria-labelledby="changes"]').getByRole('button', { name: /^Take it back/ }).first().click();
  await expect.poll(() => text(exceptions)).toContain('a.example');
  await expect.poll(() => text(said)).toMatch(/^Change \d+ is taken back\.$/);
  await exceptions.getByRole('button', { name: 'End it' }).click();
  await expect.poll(() => text(exceptions)).toContain('No exception is in force.');
  const own = page.locator('[aria-labelledby="own-rules"]');
  await own.getByLabel('New rule').fill('||a.example^$client=x');
  await own.getByRole('button', { name: 'Add rule' }).click();
  // The refusal is on the page, and the browser's console tells it too.
  expect(await text(own.getByRole('alert'))).toContain('client');
  await expect.poll(() => complaints.join()).toMatch(/^Failed to load resource: .*422/);
  await own.getByLabel('New rule').fill('@@||fine.example^');
  await own.getByRole('button', { name: 'Add rule' }).click();
  await own.getByText('@@||fine.example^', { exact: true }).waitFor();
  expect(await text(said)).toBe('The rule @@||fine.example^ is added.');
  await own.getByRole('button', { name: 'Remove (the rule @@||fine.example^)' }).click();
  await own.getByText('There are none.').waitFor();
  expect(await text(said)).toBe('The rule @@||fine.example^ is removed.');
  expect(complaints).toHaveLength(1);
  await close();
});

test('what is for a group that is gone is told to hold for nobody', async () => {
  const watched = await open(browser, '/', wide);
  const { page } = watched;
  await page.route('**/api/v1/rules', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), missing_groups: ['kids'] } });
  });
  await page.goto(`${base}/rules`);
  await page.locator('.notice-failed').waitFor();
  expect(await text(page.locator('.notice-failed'))).toBe('The group kids does not exist: what is for it holds for nobody.');
  await expectSound(watched, 'group-gone', wide);
  await watched.close();
});

test('everything is paused from the head of the page', async () => {
  const { page, close } = await open(browser, '/lists', wide);
  const head = page.locator('.header .pause-button');
  await head.locator('summary').click();
  await head.getByRole('button', { name: 'For 5 minutes' }).click();
  await expect.poll(() => text(page.locator('.banner-pause'))).toMatch(/^Stopping is paused for all devices\. 5 minutes left\. Resume stopping for all devices$/);
  await head.getByRole('button', { name: 'Resume' }).click();
  await page.locator('.banner-pause').waitFor({ state: 'detached' });
  expect((await (await page.request.get(`${API}/status`)).json()) as unknown).toMatchObject({ blocking: true, pauses: [] });
  await close();
});

test('what was ordered elsewhere is there as soon as the page is seen again', async () => {
  const { page, close } = await open(browser, '/', wide);
  await page.goto(`${base}/rules`);
  const rules = page.locator('[aria-labelledby="own-rules"]');
  await rules.waitFor();
  const show = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await show(true);
  const change = await order(page, 'rules', { rule: '||elsewhere.example^' });
  onTestFinished(async () => {
    await order(page, `changes/${change}/undo`, {});
    await close();
  });
  await show(false);
  // Sooner than the clock would ask for it.
  await expect.poll(() => text(rules), { timeout: 5000 }).toContain('||elsewhere.example^');
});
