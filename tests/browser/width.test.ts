import { type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { base, launch, looks, open } from './browser';

/** A device whose name has the most characters that a name may have, and no place to break. */
const LONG = 'W'.repeat(64);
const DEVICE = 'thermostat';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const rename = async (page: Page, device: string, name: string | null) => {
  const answer = await page.request.patch(`${base}/api/v1/devices/${device}`, { data: { name }, headers: { origin: base } });
  expect(answer.ok()).toBe(true);
};

test('no page is wider than any window, whatever a device is called', async () => {
  const { page, close } = await open(browser, '/', looks[0]);
  await rename(page, DEVICE, LONG);
  // All of them ask right now.
  await page.route('**/api/v1/devices', async (route) => {
    const response = await route.fetch();
    const { devices, ...rest } = (await response.json()) as { devices: object[] };
    await route.fulfill({ response, json: { ...rest, devices: devices.map((device) => ({ ...device, last_seen: Date.now() })) } });
  });
  try {
    const wider: string[] = [];
    for (const path of ['/', '/devices', `/devices/${LONG}`, '/groups', '/names', '/activity?filter=stopped', '/lists', '/rules', '/settings', '/setup?router=openwrt', '/fix', `/fix?device=${LONG}`]) {
      await page.goto(base + path);
      await page.locator('main .card').first().waitFor();
      for (const width of [320, 390, 560, 667, 768, 820, 1024]) {
        await page.setViewportSize({ width, height: 800 });
        if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) wider.push(`${path} ${width}`);
      }
    }
    expect(wider).toEqual([]);
  } finally {
    await rename(page, LONG, null);
    await close();
  }
});

test('the ways to the pages fit in one line on a phone', async () => {
  const { page, close } = await open(browser, '/fix', looks[2]);
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const tops = await page.locator('.pages a').evaluateAll((links) => links.map((link) => link.getBoundingClientRect().top));
    expect(new Set(tops).size, `${width}`).toBe(1);
  }
  await close();
});
