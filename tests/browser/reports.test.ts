import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Watched, expectSound, launch, looks, open, text } from './browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function opened(path: string, look: (typeof looks)[number], part: string): Promise<Watched> {
  const watched = await open(browser, path, look);
  await watched.page.locator(part).first().waitFor();
  return watched;
}

describe.each(looks)('reports, $theme, $width', (look) => {
  test('the devices lead to what each does', async () => {
    const watched = await opened('/devices', look, '.device-card');
    const { page } = watched;
    await expect.poll(() => text(page.locator('h1'))).toMatch(/^\d+ of \d+ devices asked\.$/);
    const tv = page.locator('.device-card', { hasText: 'living-room-tv' });
    expect(await text(tv)).toMatch(/living-room-tv Samsung TV · 127\.0\.1\.12 [\d,]+ lookups [\d,]+ stopped \(\d+%\)/);
    await expectSound(watched, 'devices', look);
    await tv.locator('a').click();
    await page.locator('#companies').waitFor();
    await expectReport(page);
    expect(await page.title()).toBe('living-room-tv · ponor');
    expect(await text(page.locator('[aria-labelledby="identity"] dd code', { hasText: 'living-room-tv' }))).toBe('living-room-tv');
    // The hours stand in one line.
    const heights = await page.locator('.heat thead th').evaluateAll((hours) => hours.map((hour) => hour.getBoundingClientRect().height));
    expect(Math.max(...heights)).toBeLessThan(30);
    await expectSound(watched, 'device', look);
    await watched.close();
  });

  test('the companies lead to who asked for them', async () => {
    const watched = await opened('/vendors?range=7d', look, '.table');
    const { page } = watched;
    expect(await text(page.locator('h1'))).toMatch(/^Names of \d+ companies were looked up\.$/);
    await expectSound(watched, 'companies', look);
    await page.locator('.table a', { hasText: 'Samsung' }).click();
    await page.locator('#vendor-devices').waitFor();
    expect(page.url()).toMatch(/\/vendors\/Samsung\?range=7d$/);
    expect(await text(page.locator('.headline-more'))).toMatch(/made [\d,]+ lookups for its names; \d+% were stopped\. What for: .*Home country: South Korea\.$/);
    expect(await text(page.locator('[aria-labelledby="vendor-devices"]'))).toContain('living-room-tv');
    expect(await text(page.locator('[aria-labelledby="vendor-names"]'))).toContain('What it carries');
    await expectSound(watched, 'company', look);
    await watched.close();
  });
});

test('a device is named on its page by the keyboard, and its lookups are one tap away', async () => {
  const [wide] = looks;
  const watched = await opened('/devices/127.0.1.14', wide, '.hero-actions');
  const { page } = watched;
  expect(await text(page.locator('.headline-more'))).toMatch(/^This device \(perhaps [^)]+\) made /);
  const rename = page.getByText('Rename', { exact: true });
  const call = async (name: string, called: string) => {
    await rename.press('Enter');
    await page.getByRole('textbox', { name: 'What it is called' }).fill(name);
    await page.keyboard.press('Enter');
    await expect.poll(() => text(page.locator('h1'))).toBe(called);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Rename');
  };
  const long = 'The loudspeaker in the kitchen that nobody ever wanted, really';
  await call(long, long);
  // They come later than what stands above them.
  await page.route('**/api/v1/queries?*', async (route) => {
    await new Promise((later) => setTimeout(later, 400));
    await route.fallback();
  });
  await page.getByRole('link', { name: 'Its recent lookups' }).click();
  await expect.poll(() => text(page.locator('.chip'))).toBe(long);
  await expect.poll(async () => [...new Set(await page.locator('.row .row-device').allInnerTexts())]).toEqual([long]);
  await expect.poll(() => page.evaluate(() => document.getElementById('recent')?.getBoundingClientRect().top)).toBeLessThan(200);
  await page.goBack();
  await page.locator('.hero-actions').waitFor();
  await call('', 'kitchen-speaker');
  await expectSound(watched, 'naming', wide);
  await watched.close();
});

/** What the television does, to whom, what for, how regularly, and how that is known. */
async function expectReport(page: Page): Promise<void> {
  expect(await text(page.locator('.headline-more'))).toMatch(/^This Samsung TV made [\d,]+ lookups, among them for names of \d+ companies\. \d+% were stopped\.$/);
  const companies = await text(page.locator('[aria-labelledby="companies"]'));
  expect(companies).toMatch(/Samsung home country South Korea/);
  expect(companies).toMatch(/watching the screen/);
  expect(companies).toMatch(/\d+ (seconds|minutes)/);
  expect(await text(page.locator('[aria-labelledby="findings"]'))).toMatch(/Asks for \S+ \(Samsung\) every \d+ minutes, day and night/);
  expect(await text(page.locator('[aria-labelledby="reports"]'))).toMatch(/samsungacr\.com/);
  expect(await text(page.locator('[aria-labelledby="identity"]'))).toMatch(/127\.0\.1\.12.*samsung tvs \(tizen\) ask for/i);
}

test('an unknown device is a clear failure, not an empty page', async () => {
  const [wide] = looks;
  const watched = await open(browser, '/devices/10.99.99.99', wide);
  await watched.page.locator('.notice-failed').waitFor();
  expect(await text(watched.page.locator('.notice-failed'))).toContain('there is no device');
  await watched.page.context().close();
});
