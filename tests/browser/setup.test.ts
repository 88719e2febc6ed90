import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Look, type Watched, base, expectSound, launch, looks, open, text } from './browser';
import { INSIDE, type Resolver, isAllowed, launchInside } from './inside';
import { binary } from './server';

const [wide] = looks;
const WHERE = ['192.168.1.2:53', '[fd00::2]:53', '127.0.0.1:53'];

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** The page of a ponor that answers at these addresses. The names that it has looked up are asked of the true one, as the system's
 * resolver would do, as long as `isAsked` says so. */
async function opened(look: Look, isAsked: (number: number) => boolean, path = '/setup', dns = WHERE): Promise<Watched> {
  const watched = await open(browser, '/login', look);
  const { page } = watched;
  const status = (await (await page.request.get(`${base}/api/v1/status`)).json()) as { dns: string[] };
  const port = Number(status.dns[0]?.split(':').pop());
  await page.route('**/api/v1/status', (route) => route.fulfill({ json: { ...status, dns } }));
  await page.route(/\.check\.ponor\.internal/, async (route) => {
    const { hostname } = new URL(route.request().url());
    const number = Number(/^[0-9a-f]{16}-(\d+)\.check\.ponor\.internal$/.exec(hostname)?.[1]);
    if (isAsked(number)) await ask(hostname, port);
    await route.abort('namenotresolved');
  });
  await page.goto(base + path);
  await page.getByRole('heading', { name: '1. The address to enter' }).waitFor();
  return watched;
}

/** Asks for the address of a name, and waits for what is answered. */
function ask(name: string, port: number): Promise<void> {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  const query = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
  const socket = createSocket('udp4');
  return new Promise((done) => {
    socket.once('message', () => socket.close(() => done()));
    socket.send(query, port, '127.0.0.1');
  });
}

async function checked(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Check this device' }).click();
  await page.locator('.setup-verdict').waitFor({ timeout: 30_000 });
  return text(page.locator('[role="status"]', { has: page.locator('.setup-verdict') }));
}

const arrived = (page: Page) => text(page.locator('.setup-numbers > p'));

describe.each(looks)('setup, $theme, $width', (look) => {
  test('says what to enter, and what arrived, and is sound', async () => {
    const watched = await opened(look, () => true);
    const { page } = watched;
    expect(await page.locator('.setup-addresses code').allInnerTexts()).toEqual(['192.168.1.2', 'fd00::2']);
    expect(await text(page.locator('[aria-labelledby="setup-enter"]'))).toContain('On this machine alone: 127.0.0.1:53');
    expect(await text(page.locator('[aria-labelledby="setup-where"]'))).toMatch(/second DNS server.*IPv6.*fixed address.*undo/);
    expect(await checked(page)).toMatch(/^This machine’s own lookups come to ponor\. Asked by the machine that ponor runs on 127\.0\.0\.1 · IPv4 · unencrypted · 12 of 12 names/);
    expect(await arrived(page)).toBe('12 of 12 test names arrived');
    await page.locator('.setup-arriving li').nth(2).waitFor();
    await expectSound(watched, 'setup', look);
    await watched.close();
  });
});

test('says so when some arrive elsewhere, beside the steps for a router, and is sound', async () => {
  const watched = await opened(wide, (number) => number <= 7, '/setup?router=openwrt');
  const { page } = watched;
  expect(await page.locator('.setup-commands code').allInnerTexts()).toEqual([
    "uci add_list dhcp.lan.dhcp_option='6,192.168.1.2'",
    "uci add_list dhcp.lan.dns='fd00::2'",
    'uci commit dhcp && service dnsmasq restart && service odhcpd restart',
  ]);
  expect(await checked(page)).toMatch(/^Only some lookups come to ponor: a second DNS server is in use as well\..* 7 of 12 names Look for a second/);
  expect(await arrived(page)).toBe('7 of 12 test names arrived');
  expect(await page.locator('.setup-numbers .seen').count()).toBe(7);
  // Some seconds pass before it is said, so that all looks are had at once.
  for (const look of looks) {
    await page.emulateMedia({ colorScheme: look.theme });
    await page.setViewportSize(look);
    await page.locator('.setup-verdict').scrollIntoViewIfNeeded();
    await expectSound(watched, 'setup-some', look);
  }
  await watched.close();
});

test('where nothing arrives, the ways around the router are named', async () => {
  const watched = await opened(wide, () => false);
  expect(await checked(watched.page)).toMatch(/^No lookup came to ponor: this browser asks another DNS server\. .*Secure DNS.*VPN.*router was not told yet/);
  expect(await arrived(watched.page)).toBe('0 of 12 test names arrived');
  await expectSound(watched, 'setup-none', wide);
  await watched.close();
});

test('a document without the wider policy is not taken for another DNS server', async () => {
  const { page, close } = await opened(wide, () => true);
  const narrow = await page.request.get(`${base}/devices`);
  await page.route(`${base}/setup`, (route) => route.fulfill({ response: narrow }));
  await page.goto(`${base}/setup`);
  expect(await checked(page)).toMatch(/^The browser did not let this page look anything up\./);
  await close();
});

test('a page that came by HTTPS looks the names up as well', async () => {
  const { page, close } = await opened(wide, () => true);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.route('https://ponor.example/**', async (route) => {
    const url = new URL(route.request().url());
    await route.fulfill({ response: await page.request.get(base + url.pathname + url.search) });
  });
  await page.goto('https://ponor.example/setup');
  expect(await checked(page)).toMatch(/^This machine’s own lookups come to ponor\./);
  // What the page before this one asked for may be among them.
  const names = asked.filter((url) => url.includes('.check.ponor.internal'));
  expect([names.length, names.filter((url) => !url.startsWith('https:'))]).toEqual([12, []]);
  await close();
});

test('every router has its steps, with the address filled in', async () => {
  const { page, close } = await opened(wide, () => false);
  const choice = page.getByLabel('Your router');
  const ids = await choice.locator('option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  expect(ids).toEqual(['', 'openwrt', 'fritzbox', 'unifi', 'asus', 'tplink', 'mikrotik', 'provider', 'other']);
  for (const id of ids.slice(1)) {
    await choice.selectOption(id);
    expect(new URL(page.url()).search).toBe(`?router=${id}`);
    const steps = await text(page.locator('[aria-labelledby="setup-where"]'));
    expect(steps, id).toMatch(/192\.168\.1\.2.*tried on no device/);
    expect(steps, id).not.toMatch(/[{}`]|ADDRESS/);
  }
  await close();
});

test('an address is copied, and selected where the clipboard is not lent', async () => {
  const { page, close } = await opened(wide, () => false);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: base });
  await page.getByRole('button', { name: 'Copy fd00::2' }).click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('fd00::2');
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.getByRole('button', { name: 'Copy 192.168.1.2' }).click();
  await page.getByText('Selected').waitFor();
  expect(await page.evaluate(() => String(window.getSelection()))).toBe('192.168.1.2');
  await close();
});

test.each([
  [['127.0.0.1:5300'], /where no router can ask it.*dig @127\.0\.0\.1 -p 5300 example\.org/],
  [['0.0.0.0:53', '[::]:53'], /answers at every address of this machine\. Enter the one.*dig @127\.0\.0\.1 example\.org/],
  [[], /answers nowhere yet/],
])('where no address can be named, it says why: %j', async (dns, said) => {
  const { page, close } = await opened(wide, () => false, '/setup', dns);
  await expect.poll(() => text(page.locator('[aria-labelledby="setup-enter"]'))).toMatch(said);
  expect(await page.locator('.setup-addresses').count()).toBe(0);
  await close();
});

test('the way there and back loads the document, which alone may ask for other names', async () => {
  const { page, close } = await open(browser, '/', wide);
  const policies: Record<string, string> = {};
  page.on('response', (response) => {
    if (response.request().isNavigationRequest()) {
      policies[new URL(response.url()).pathname] = /connect-src ([^;]*)/.exec(response.headers()['content-security-policy'] ?? '')?.[1] ?? '';
    }
  });
  await page.getByRole('link', { name: 'Connect your network' }).click();
  await page.getByRole('heading', { level: 1, name: 'Connect your network' }).waitFor();
  expect(await page.title()).toBe('Connect your network · ponor');
  await page.getByRole('link', { name: 'Devices', exact: true }).click();
  await page.locator('.device-card').first().waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Connect your network' }).waitFor();
  expect(policies).toEqual({ '/setup': "'self' http://*.check.ponor.internal", '/devices': "'self'" });
  await close();
});

test('a log-in on the way there loads it too', async () => {
  const { page, close } = await open(browser, '/', wide);
  let known = false;
  await page.route('**/api/v1/session', async (route) => {
    if (route.request().method() === 'POST') known = true;
    await route.fulfill({ json: { required: true, authenticated: known } });
  });
  await page.goto(`${base}/login?next=%2Fsetup`);
  await page.getByLabel('Token').fill('right');
  const loaded = page.waitForResponse((response) => response.request().isNavigationRequest() && response.url() === `${base}/setup`);
  await page.getByRole('button', { name: 'Log in' }).click();
  expect((await loaded).headers()['content-security-policy']).toContain('check.ponor.internal');
  await page.getByRole('heading', { level: 1, name: 'Connect your network' }).waitFor();
  await close();
});

describe.runIf(isAllowed && existsSync(binary))('in a network of its own', () => {
  test.each<[Resolver, string, RegExp]>([
    ['network', '12', /^It works: this browser’s lookups come to ponor\. Asked by 10\.77\.0\.1 IPv4 · unencrypted · 12 of 12 names$/],
    ['machine', '12', /^This machine’s own lookups come to ponor\./],
    ['half', '7', /^Only some lookups come to ponor/],
    ['nobody', '0', /^No lookup came to ponor/],
  ])('looked up by %s', async (resolver, seen, expected) => {
    const inside = await launchInside(resolver);
    try {
      const page = await inside.browser.newPage();
      await expect.poll(() => page.goto(`${INSIDE}/`).then(() => 'there', String), { timeout: 20_000 }).toBe('there');
      if (resolver === 'nobody') {
        await page.getByRole('heading', { level: 1, name: 'No device has asked yet.' }).waitFor();
        await page.locator('main').getByRole('link', { name: 'Connect your network' }).click();
      } else await page.goto(`${INSIDE}/setup`);
      expect(await checked(page)).toMatch(expected);
      expect(await arrived(page)).toBe(`${seen} of 12 test names arrived`);
      if (resolver === 'machine') {
        await page.goto(`${INSIDE}/`);
        await page.getByRole('heading', { name: 'Only the machine that ponor runs on has asked so far.' }).waitFor();
      }
    } finally {
      await inside.close();
    }
  });
});
