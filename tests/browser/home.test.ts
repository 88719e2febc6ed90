import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Watched, base, expectSound, launch, looks, open, text } from './browser';

const WORDS = /^(Stopped|Let through|From memory|Answered here|Failed)$/;
const [wide] = looks;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function opened(path: string, look: (typeof looks)[number]): Promise<Watched> {
  const watched = await open(browser, path, look);
  // The figures and the rows are loaded side by side.
  await watched.page.locator('.headline').waitFor();
  await watched.page.locator('.row').first().waitFor();
  return watched;
}

test('a name that was stopped is let through in two taps, and the change taken back in one', async () => {
  const watched = await opened('/?verdict=stopped&name=miui.com', wide);
  const { page } = watched;
  await page.locator('.row summary').first().click();
  const wayOut = page.locator('details[open] .way-out');
  await wayOut.getByRole('button', { name: 'For an hour' }).click();
  await expect.poll(() => text(wayOut)).toMatch(/^\S+ is let through for \S+ from the next lookup on\. Take it back$/);
  const exceptions = async () => (await (await page.request.get(`${base}/api/v1/exceptions`)).json()).exceptions;
  expect(await exceptions()).toMatchObject([{ action: 'allow', scope: { device: expect.any(String) } }]);
  await wayOut.getByRole('button', { name: 'Take it back' }).click();
  await expect.poll(exceptions).toEqual([]);
  await expect.poll(() => text(wayOut)).toMatch(/^Something broke\? Let \S+ through for \S+:/);
  await watched.close();
});

describe.each(looks)('home, $theme, $width', (look) => {
  test('says what was stopped, shows whose rows they are, and is sound', async () => {
    const watched = await opened('/', look);
    const { page } = watched;
    expect(await text(page.locator('h1'))).toMatch(/^(< )?[\d.]+ ?% of [\d,]+ lookups were stopped\.$/);
    await expect.poll(() => text(page.locator('.headline-more'))).toMatch(/^\d+ of your \d+ devices tried to reach \d+ companies [\d,]+ times: [\d,]+ tries were stopped, [\d,]+ got through\./);
    await expectTotals(page);
    await expectFlow(page, look.width);
    await expectAtOnce(page, look);
    await expectRows(page, look.width);
    await expectSound(watched, 'home', look);
    await watched.close();
  });

  test('opens a row to its reasons', async () => {
    const watched = await opened('/?verdict=stopped&name=miui.com', look);
    await watched.page.locator('.row summary').first().click();
    // Another row may have come to the top in the meantime.
    const row = watched.page.locator('.row', { has: watched.page.locator('details[open]') });
    await row.locator('.rule').first().waitFor();
    expect(await text(row.locator('.why-sentence'))).toMatch(/^Stopped by the list \S+\.$/);
    expect(await text(row.locator('.rule').first())).toMatch(/\S+ stops · \S+, line [\d,]+/);
    await expectSound(watched, 'why', look);
    await watched.close();
  });
});

/** The five parts add up to the whole that the headline names. */
async function expectTotals(page: Page): Promise<void> {
  const figures = await page.locator('.total-figure').allInnerTexts();
  const whole = /of ([\d,]+) lookups/.exec(await text(page.locator('h1')))?.[1] ?? '';
  expect(figures).toHaveLength(5);
  expect(sum(numbers(figures))).toBe(numberIn(whole));
}

/** Who asks most and who is asked for most can be read without scrolling. */
async function expectAtOnce(page: Page, { width, height }: { width: number; height: number }): Promise<void> {
  const sentence = page.locator('.headline-more');
  // On a phone the sentence says it; a wide screen has room for the first node of the flow, too.
  for (const place of width < 560 ? [sentence] : [sentence, page.locator('.flow-name').first()]) {
    const box = await place.boundingBox();
    expect((box?.y ?? height) + (box?.height ?? 0)).toBeLessThan(height);
  }
  expect(await text(page.locator('.headline-more'))).toMatch(/Most active: \S+ → \S+ .*[\d,]+ times/);
}

const numberIn = (text: string): number => Number(text.replace(/\D/g, ''));
const numbers = (texts: string[]): number[] => texts.map(numberIn);
const sum = (all: number[]): number => all.reduce((one, other) => one + other, 0);

/** Each of the three columns has all tries in it, beside each other or, on a phone, as lists; and each node its figures. */
async function expectFlow(page: Page, width: number): Promise<void> {
  const flow = page.locator('.flow');
  const [columns, name, figure] =
    width < 560 ? ['.flow-list', '.top-name', '.top-figure'] : ['.flow-diagram [role="list"]', '.flow-name', '.flow-figure'];
  await flow.locator(columns).first().waitFor();
  const tries = / of ([\d,]+) tries were stopped\. Most frequent home country: United States \(\d+%\)\.$/;
  const whole = tries.exec(await text(flow.locator('#flow-text')))?.[1] ?? '';
  const heads = await flow.locator(columns).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.querySelector('h3')?.textContent));
  expect(heads).toEqual(['Devices', 'Companies', 'Home country']);
  for (const column of await flow.locator(columns).all()) {
    const [names, figures] = [await column.locator(name).allTextContents(), await column.locator(figure).allTextContents()];
    expect(names.every((name) => /\w{2}/.test(name)), names.join()).toBe(true);
    expect(figures).toHaveLength(names.length);
    expect(sum(numbers(figures))).toBe(numberIn(whole));
    expect(await column.locator('text=/^\\S+% stopped/').count()).toBe(names.length);
  }
  expect(await flow.locator('.flow-diagram').count()).toBe(width < 560 ? 0 : 1);
  expect(await flow.evaluate((card) => [...card.querySelectorAll('svg text')].every((text) => {
    const [inner, outer] = [text.getBoundingClientRect(), card.getBoundingClientRect()];
    return inner.left >= outer.left && inner.right <= outer.right;
  }))).toBe(true);
}

/** Every row shows device, name and result, in a place where they can be seen. */
async function expectRows(page: Page, width: number): Promise<void> {
  for (const row of (await page.locator('.row').all()).slice(0, 10)) {
    expect(await text(row.locator('.row-device'))).not.toBe('');
    expect(await text(row.locator('.row-name'))).toMatch(/[a-z0-9]/i);
    expect(await text(row.locator('.tag'))).toMatch(WORDS);
    for (const part of ['.row-device', '.row-name', '.tag', '.row-time']) {
      const box = await row.locator(part).boundingBox();
      expect(box, part).not.toBeNull();
      expect((box?.x ?? 0) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= width, part).toBe(true);
      expect(box?.width ?? 0, part).toBeGreaterThan(20);
    }
  }
}

test('the flow is walked by the keyboard, and shows what runs through where one is', async () => {
  const { page, close } = await opened('/', wide);
  const diagram = page.locator('.flow-diagram');
  await diagram.locator('a[tabindex="0"]').first().focus();
  const at = () => page.evaluate(() => document.activeElement?.closest('[data-at]')?.getAttribute('data-at'));
  const shown = (column: number) => diagram.locator(`[data-at^="${column}"].flow-on`).count();
  expect(await at()).toBe('0 0');
  await page.keyboard.press('ArrowDown');
  expect(await at()).toBe('0 1');
  await expect.poll(() => shown(0)).toBe(1);
  expect(await shown(1)).toBeGreaterThan(0);
  await page.keyboard.press('ArrowRight');
  expect(await at()).toMatch(/^1 /);
  expect([await shown(1), (await shown(0)) > 0, await shown(2)]).toEqual([1, true, 1]);
  await page.keyboard.press('ArrowRight');
  expect(await at()).toMatch(/^2 /);
  await page.keyboard.press('Escape');
  await expect.poll(() => diagram.locator('.flow-on').count()).toBe(0);
  await page.keyboard.press('Home');
  expect(await at()).toBe('2 0');
  await page.keyboard.press('ArrowLeft');
  const company = (await page.locator(':focus .flow-name').textContent()) ?? '';
  // All others are passed over: the next one is the figure, and behind that the flow ends.
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(new RegExp(`^Lookups of ${company}: [\\d,]+$`));
  await page.keyboard.press('Tab');
  expect(await at()).toBeUndefined();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/vendors/${encodeURIComponent(company)}`);
  await close();
});

test('the flow has a table, and each of its figures leads to as many lookups', async () => {
  const { page, close } = await opened('/', wide);
  const flow = page.locator('.flow');
  await flow.getByText('As a table').click();
  const [first, second] = await flow.locator('table').all();
  const figures = async (column: number) => numbers((await first?.locator(`tbody td:nth-child(${column}) a`).allInnerTexts()) ?? []);
  const tries = / of ([\d,]+) tries/.exec(await text(flow.locator('#flow-text')))?.[1] ?? '';
  expect(sum(await figures(3))).toBe(numberIn(tries));
  expect(await text(first!.locator('thead'))).toBe('Devices Companies Tries Stopped');
  expect(await text(second!.locator('thead'))).toBe('Companies Home country Tries Stopped');
  const cells = first!.locator('tbody td a[href^="/activity"]');
  const some = [0, 1, 4, (await cells.count()) - 2, (await cells.count()) - 1];
  for (const cell of some.map((at) => cells.nth(at))) {
    const { searchParams } = new URL((await cell.getAttribute('href')) ?? '', base);
    const lines = await page.request.get(`${base}/api/v1/queries/export?${searchParams}&format=jsonl`);
    expect((await lines.text()).split('\n').filter(Boolean), searchParams.get('filter') ?? '').toHaveLength(numberIn(await cell.innerText()));
  }
  await cells.first().click();
  await page.locator('.row').first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/activity');
  await close();
});

test('without a journal the flow says that it is not kept, and asks for nothing', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/api/v1/status', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), journal: { enabled: false } } });
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(base);
  await page.locator('.flow').getByText('Which device asked for what is not kept.').waitFor();
  expect(asked).not.toContain('/api/v1/flow');
  await context.close();
});

test('a stopped name of Xiaomi shows the company and what the name is for', async () => {
  const { page, close } = await opened('/?verdict=stopped&name=mi', wide);
  const row = page.locator('.row', { hasText: 'Xiaomi,' }).first();
  await row.waitFor();
  expect(await text(row.locator('.tag'))).toBe('Stopped');
  expect(await text(row.locator('.row-whose'))).toMatch(/^Xiaomi, [a-z ]+$/);
  await row.locator('summary').click();
  const facts = await text(page.locator('.row details[open] .facts-wide').first());
  expect(facts).toContain('home country China');
  expect(facts).toContain('If it is stopped');
  await close();
});

test('companies are shown with their home country and how often they were stopped', async () => {
  const { page, close } = await opened('/', wide);
  const vendor = page.locator('.top', { hasText: 'Who they tried to reach' }).locator('.top-row', { hasText: 'Xiaomi' });
  expect(await text(vendor)).toMatch(/^Xiaomi [\d,]+ home country China · [\d,]+ stopped$/);
  await close();
});

test('new rows arrive by themselves, and wait while the list is paused', async () => {
  const { page, close } = await opened('/', wide);
  const newest = () => text(page.locator('.row').first());
  const before = await newest();
  await expect.poll(newest, { timeout: 40_000 }).not.toBe(before);
  await page.keyboard.press('p');
  expect(await text(page.locator('.live'))).toBe('Paused');
  const paused = await newest();
  await page.locator('.pill').waitFor({ timeout: 40_000 });
  expect(await newest()).toBe(paused);
  await page.keyboard.press('p');
  await expect.poll(newest).not.toBe(paused);
  await close();
});

test('says how many rows came too fast to follow, until they are loaded', async () => {
  const context = await browser.newContext({ viewport: wide });
  const page = await context.newPage();
  const body = 'retry: 600000\nevent: lagged\ndata: {"missed":1200}\n\n';
  await page.route('**/queries/live', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
  await page.goto(`${base}/`);
  await page.locator('.missed').waitFor();
  expect(await text(page.locator('.missed'))).toMatch(/^1[,.]?200 lookups not shown\./);
  await page.getByRole('button', { name: 'Load again' }).click();
  await page.locator('.missed').waitFor({ state: 'detached' });
  await page.locator('.row').first().waitFor();
  await context.close();
});

test('what a device is stands below its name', async () => {
  const { page, close } = await opened('/', wide);
  const told = async () => (await page.locator('[aria-labelledby="top-devices"] .top-more').allInnerTexts()).join(' ');
  await expect.poll(told).toContain('Samsung TV');
  expect(await told()).toContain('Xiaomi phone or tablet');
  await close();
});

test('a device, a result and a range stand in the address', async () => {
  const { page, close } = await opened('/', wide);
  await page.getByRole('link', { name: '1 h', exact: true }).click();
  await expect.poll(() => page.url()).toContain('range=1h');
  await page.locator('.total.verdict-stopped').click();
  expect(page.url()).toContain('verdict=stopped');
  await expect.poll(async () => new Set(await page.locator('.row .tag').allInnerTexts())).toEqual(new Set(['Stopped']));
  await page.reload();
  await page.locator('.row').first().waitFor();
  expect(new Set(await page.locator('.row .tag').allInnerTexts())).toEqual(new Set(['Stopped']));
  const device = page.locator('.top', { hasText: 'Most active devices' }).locator('.top-row a').first();
  const name = await text(device);
  await device.click();
  await expect.poll(async () => [...new Set(await page.locator('.row .row-device').allInnerTexts())]).toEqual([name]);
  await close();
});

test('the chart has a table with the same figures', async () => {
  const { page, close } = await opened('/', wide);
  expect(await page.locator('.chart-place').getAttribute('aria-label')).toMatch(/[\d,]+ answered, [\d,]+ stopped/);
  await page.locator('.over-time').getByText('As a table').click();
  expect(await page.locator('.twin tbody tr').count()).toBeGreaterThan(5);
  await close();
});

test('the theme that is chosen outlives the page', async () => {
  const { page, close } = await opened('/', wide);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('button', { name: /^Theme/ }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await ground()).toBe(dark);
  await close();
});

test('made-up data is called so', async () => {
  const { page, close } = await opened('/', wide);
  expect(await text(page.locator('.banner-demo'))).toMatch(/^Demo data/);
  await close();
});

test('before the first lookup, the page leads to where the network is connected', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/api/v1/overview?*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), totals: { queries: 0, stopped: 0 } } });
  });
  await page.goto(base);
  await page.getByRole('heading', { level: 1, name: 'No device has asked yet.' }).waitFor();
  await page.locator('main').getByRole('link', { name: 'Connect your network' }).click();
  await page.getByRole('heading', { level: 1, name: 'Connect your network' }).waitFor();
  expect(page.url()).toBe(`${base}/setup`);
  await context.close();
});

test.each([
  [['down', 'down', 'up'], /^No answer from tls:\/\/0\.example, tls:\/\/1\.example\. Only what is remembered can be looked up \(connection refused\)\.$/],
  [['down', 'failing', 'up'], /^No answer from tls:\/\/0\.example\. Others are asked instead \(connection refused\)\.$/],
  [['failing', 'unknown', 'down'], null],
])('servers that do not answer are told: %j', async (states, told) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const upstreams = states.map((state, at) => {
    const counts = { smoothed_rtt_ms: null, queries: 3, failures: 3, last_error: 'connection refused' };
    return { server: `tls://${at}.example`, protocol: 'tls', state, is_bootstrap: at === 2, ...counts };
  });
  await page.route('**/api/v1/status', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), upstreams } });
  });
  await page.goto(base);
  await page.locator('.banner-demo').waitFor();
  const warnings = await page.locator('.banner-warning').allInnerTexts();
  if (told === null) expect(warnings).toEqual([]);
  else expect(warnings.map((warning) => warning.replace(/\s+/g, ' '))).toEqual([expect.stringMatching(told)]);
  await context.close();
});

test('a stream that is refused for a while goes on by itself', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  const live = page.locator('.recent .live');
  await page.route('**/api/v1/queries/live', (route) => route.fulfill({ status: 503 }));
  await page.goto(base);
  await expect.poll(() => text(live)).toBe('Reconnecting…');
  await page.unroute('**/api/v1/queries/live');
  await page.clock.runFor(11_000);
  await expect.poll(() => text(live)).toBe('Live');
  await context.close();
});

test('when the server is gone, the page says so and keeps what it shows', async () => {
  const { page, close } = await opened('/', wide);
  await page.route('**/api/**', (route) => route.abort());
  await page.getByRole('link', { name: '1 h', exact: true }).click();
  await page.locator('.banner-failed').waitFor();
  expect(await text(page.locator('.banner-failed'))).toContain('No connection to ponor.');
  expect(await page.locator('.row').count()).toBeGreaterThan(0);
  await page.unroute('**/api/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.banner-failed').waitFor({ state: 'detached', timeout: 30_000 });
  await close();
});
