import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { base, expectSound, launch, looks, open, text } from './browser';
import { ask } from './client';

const [wide] = looks;
const API = `${base}/api/v1`;
/** For what the page learns when it looks again. */
const LATER = { timeout: 10_000 };
const STOPPED = 'tracking.miui.com';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const exceptions = async (page: Page) => (await (await page.request.get(`${API}/exceptions`)).json()).exceptions as { rule: string }[];
const seconds = (length: number) => new Promise((later) => setTimeout(later, length * 1000));

/** A device that asks from this address under this name, and wants something that is stopped. */
async function troubled(page: Page, address: string, name: string): Promise<void> {
  expect(await ask(address, STOPPED)).toMatchObject({ answer: '0.0.0.0' });
  await ask(address, 'www.miui.com');
  const rename = (name: string | null) => page.request.patch(`${API}/devices/${address}`, { data: { name }, headers: { origin: base } });
  await expect.poll(async () => (await rename(name)).status()).toBe(204);
  onTestFinished(async () => void (await rename(null)));
}

describe.each(looks)('fix, $theme, $width', (look) => {
  const address = `127.0.2.${looks.indexOf(look) + 1}`;
  const device = `den-tv-${looks.indexOf(look) + 1}`;

  test('what was stopped is allowed in two taps, watched, kept for everyone, and taken back', async () => {
    const watched = await open(browser, '/fix', look);
    const { page } = watched;
    onTestFinished(() => watched.close());
    await troubled(page, address, device);
    await page.goto(`${base}/fix`);
    const choice = page.locator('.fix-device', { hasText: device });
    await choice.waitFor();
    expect(await text(choice)).toMatch(/^den-tv-\d 1 stopped · just now$/);
    await expectSound(watched, 'fix-devices', look);
    await choice.click();
    expect(new URL(page.url()).searchParams.get('device')).toBe(address);

    const said = page.locator('.hero').getByRole('status');
    const card = page.locator('.suspect', { hasText: STOPPED });
    await card.waitFor();
    await expect.poll(() => text(said), LATER).toBe(`1 name was stopped for ${device} in the last 10 minutes.`);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-labelledby'))).toBe('which');
    await expect.poll(() => text(card), LATER).toMatch(
      /^tracking\.miui\.com (Likely|Possible) It goes with www\.miui\.com, which was let through at the same moment\. .*Xiaomi, .*Stopped just now, by the list vendors\. Allow for 1 hour/,
    );
    await expectSound(watched, 'fix', look);

    await card.getByRole('button', { name: 'Allow for 1 hour' }).click();
    await expect.poll(() => text(card)).toContain(`Try again now on ${device}. Waiting until it asks for this name again…`);
    expect(await exceptions(page)).toMatchObject([{ rule: `||${STOPPED}^`, action: 'allow', scope: { device: address } }]);
    await expectSound(watched, 'fix-waiting', look);
    expect((await ask(address, STOPPED)).answer).not.toBe('0.0.0.0');
    await expect.poll(() => text(card), LATER).toMatch(/asked again at \d\d:\d\d:\d\d and was let through\./);
    // What is seen is heard, too.
    await expect.poll(() => text(said)).toBe(`${device} asked for ${STOPPED} again and was let through.`);
    await expectSound(watched, 'fix-through', look);

    await card.getByRole('button', { name: 'For good, on all devices' }).click();
    await expect.poll(() => text(card)).toMatch(/Let through for all devices for good\. Take it back$/);
    expect(await exceptions(page)).toHaveLength(2);
    await expectSound(watched, 'fix-kept', look);
    await card.getByRole('button', { name: 'Take it back' }).click();
    await expect.poll(() => text(card)).toMatch(/You tried this one, and took it back\. Allow for 1 hour/);
    expect(await exceptions(page)).toEqual([]);
    expect(await ask(address, STOPPED)).toMatchObject({ answer: '0.0.0.0' });
  });
});

test('what was kept for good, and a pause, are taken back at once', async () => {
  const watched = await open(browser, '/fix', wide);
  const { page } = watched;
  onTestFinished(() => watched.close());
  await troubled(page, '127.0.2.11', 'attic-tv');
  await page.goto(`${base}/fix?device=127.0.2.11`);
  const card = page.locator('.suspect', { hasText: STOPPED });
  await card.getByRole('button', { name: 'Allow for 1 hour' }).click();
  await card.getByRole('button', { name: 'Keep it for good' }).click();
  await expect.poll(() => text(card)).toMatch(/Let through for attic-tv for good\. Take it back$/);
  const last = page.locator('.last-resort');
  expect(await text(last)).toContain('Allowed in the last hour tracking.miui.com, for attic-tv for good');
  await last.getByRole('button', { name: 'Stop nothing there for 5 minutes' }).click();
  await expect.poll(() => text(last)).toContain('Nothing is stopped for attic-tv. 5 minutes left. Try again now.');
  expect(await text(last)).toMatch(/Everything, for attic-tv until \d\d:\d\d/);
  await page.locator('.banner-pause', { hasText: 'attic-tv' }).waitFor();
  await last.scrollIntoViewIfNeeded();
  await expectSound(watched, 'fix-paused', wide);
  await last.getByRole('button', { name: 'Take all of it back' }).click();
  await page.locator('.banner-pause').waitFor({ state: 'detached' });
  await expect.poll(() => exceptions(page)).toEqual([]);
  expect(await text(last)).not.toContain('Allowed in the last hour');
});

test('a name that comes while somebody reads waits, and moves nothing', async () => {
  const watched = await open(browser, '/fix', wide);
  const { page } = watched;
  onTestFinished(() => watched.close());
  await troubled(page, '127.0.2.12', 'loft-tv');
  await page.goto(`${base}/fix?device=127.0.2.12`);
  const names = page.locator('.suspect h3');
  await names.first().waitFor();
  await ask('127.0.2.12', 'device-metrics-us.amazon.com');
  for (let times = 0; times < 3; times += 1) {
    await ask('127.0.2.12', 'p.ads.roku.com');
    await seconds(1.1);
  }
  const pill = page.getByRole('button', { name: /more (was|were) stopped meanwhile/ });
  await pill.waitFor({ timeout: 10_000 });
  expect(await text(names.first())).toBe(STOPPED);
  const before = await names.count();
  await pill.click();
  await expect.poll(() => names.count()).toBeGreaterThan(before);
  await pill.waitFor({ state: 'detached' });
});

test('where nothing was stopped, that is said, and what failed instead', async () => {
  const watched = await open(browser, '/fix?device=127.0.2.99', wide);
  const { page } = watched;
  onTestFinished(() => watched.close());
  const what = page.locator('[aria-labelledby="what"]');
  await expect.poll(() => text(what)).toContain('127.0.2.99 asked nothing in the last 10 minutes. Try again on it what does not work');
  await expectSound(watched, 'fix-silent', wide);
  await ask('127.0.2.21', 'www.example.org');
  await page.goto(`${base}/fix?device=127.0.2.21`);
  await expect.poll(() => text(what), LATER).toContain('Nothing was stopped for 127.0.2.21 in the last 10 minutes. So, as far as DNS shows, it is not ponor that broke it.');
  expect(await ask('127.0.2.21', 'intranet.broken.example')).toMatchObject({ rcode: 2 });
  await page.goto(`${base}/fix?device=127.0.2.21`);
  const failed = page.locator('[aria-labelledby="failed"]');
  await failed.waitFor();
  expect(await text(failed)).toMatch(/^But lookups of it failed: .*intranet\.broken\.example Failed just now \(SERVFAIL\)\.$/);
  await expectSound(watched, 'fix-failed', wide);
});
