import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { base, expectSound, launch, looks, open, text } from './browser';

const [wide] = looks;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const formOf = (page: Page, key: string) => page.locator(`.setting[data-key="${key}"]`);

/** What a device would be told of a name that is stopped. */
async function rcode(page: Page): Promise<string> {
  const answer = await page.request.get(`${base}/api/v1/explain?name=data.mistat.xiaomi.com&type=A`);
  return ((await answer.json()) as { answer: { rcode: string } }).answer.rcode;
}

test('a setting is made, acts, is taken back, made again and reset', async () => {
  const { page, complaints, close } = await open(browser, '/', wide);
  await page.locator('header').getByRole('link', { name: 'Settings' }).click();
  const form = formOf(page, 'blocking.mode');
  const choose = async () => {
    await form.getByLabel('Answer to a stopped lookup').selectOption('the name does not exist');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Default: an address that leads nowhere').waitFor();
    expect(await text(form.locator('.tag'))).toBe('set here');
  };
  expect(await text(form.locator('.tag'))).toBe('default');
  expect(await rcode(page)).toBe('NOERROR');
  await choose();
  expect(await text(form.getByRole('status'))).toBe('Saved, and in force. Take it back');
  expect(await text(page.getByRole('heading', { level: 1 }))).toMatch(/differs? from/);
  expect(await rcode(page)).toBe('NXDOMAIN');
  await form.getByRole('button', { name: 'Take it back' }).click();
  await expect.poll(() => text(form.locator('.tag'))).toBe('default');
  expect(await rcode(page)).toBe('NOERROR');
  await choose();
  await form.getByRole('button', { name: 'Back to the default (Answer to a stopped lookup)' }).click();
  await expect.poll(() => text(form.locator('.tag'))).toBe('default');
  await page.getByRole('link', { name: 'All changes' }).click();
  const newest = page.locator('[aria-labelledby="changes"] tbody tr').first();
  await expect.poll(() => text(newest)).toMatch(/^Setting blocking\.mode change \d+ .*nxdomain .*default/);
  expect(complaints).toEqual([]);
  await close();
});

test('what is wrong is told beside the field, all of it, and nothing changes', async () => {
  const { page, complaints, close } = await open(browser, '/settings', wide);
  const form = formOf(page, 'upstream.servers');
  const field = form.getByLabel('Servers that are asked');
  await field.fill('dns.quad9.net\n9.9.9.9#53');
  await form.getByRole('button', { name: 'Save' }).click();
  const refusal = await text(form.getByRole('alert'));
  expect(refusal).toContain('a name needs a protocol: tls://dns.quad9.net');
  expect(refusal).toContain('a port stands behind a colon');
  await form.getByRole('button', { name: 'Discard' }).click();
  expect(await field.inputValue()).toBe('tls://dns.quad9.net');
  expect(await text(form.locator('.tag'))).toBe('default');
  // The refusal was asked for.
  expect(complaints).toEqual([expect.stringContaining('status of 422')]);
  await close();
});

test('switches, numbers and lists are set each in its way', async () => {
  const { page, complaints, close } = await open(browser, '/settings', wide);
  const set = async (key: string, enter: (form: ReturnType<typeof formOf>) => Promise<void>, value: unknown) => {
    const form = formOf(page, key);
    await enter(form);
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved, and in force.').waitFor();
    const { settings } = (await (await page.request.get(`${base}/api/v1/settings`)).json()) as {
      settings: { key: string; value: unknown }[];
    };
    expect(settings.find((setting) => setting.key === key)?.value).toEqual(value);
    await form.getByRole('button', { name: 'Take it back' }).click();
    await expect.poll(() => text(form.locator('.tag'))).toBe('default');
  };
  await set('devices.probe_mdns', (form) => form.getByLabel('Ask devices what they are').check(), true);
  await set('dns.rate_limit', (form) => form.getByLabel('Most lookups a second').fill('50'), 50);
  await set('blocking.rebinding_allow', (form) => form.getByLabel('Domains that may lead').fill('plex.direct\n'), ['plex.direct']);
  await set('blocking.lists', (form) => form.getByLabel('All lists').uncheck(), expect.arrayContaining(['vendors']));
  expect(complaints).toEqual([]);
  await close();
});

describe.each(looks)('settings, $theme, $width', (look) => {
  test('say what each is, who set it, and what only the file sets', async () => {
    const watched = await open(browser, '/settings', look);
    const { page } = watched;
    const timeout = formOf(page, 'upstream.timeout');
    await expect.poll(() => text(timeout)).toMatch(/^Longest wait for an answer fixed .* From 10ms to 1m\. Line 2 of .*config\.toml sets this\. To set it here, take/);
    expect(await timeout.getByRole('textbox').isDisabled()).toBe(true);
    expect(await timeout.getByRole('button').count()).toBe(0);
    const names = await page.locator('.setting h3').allInnerTexts();
    expect(names).toHaveLength(22);
    // Every key that may be set has a place on the page.
    const { settings } = (await (await page.request.get(`${base}/api/v1/settings`)).json()) as {
      settings: { key: string; fixed: string | null }[];
    };
    const open_ = settings.filter(({ fixed }) => fixed !== 'never').map(({ key }) => key);
    const shown = await page.locator('.setting').evaluateAll((forms) => forms.map((form) => form.getAttribute('data-key')));
    expect([...shown].sort()).toEqual([...open_].sort());
    const others = page.locator('details.card');
    await others.locator('summary').click();
    const listen = others.locator('tr', { hasText: 'http.listen' });
    expect(await text(listen)).toMatch(/^http\.listen Where they are served.* --http-listen$/);
    const about = await text(page.locator('[aria-labelledby="about"]'));
    expect(about).toMatch(/Version ponor \d.*Running since .*Configuration .*config\.toml.*State folder /);
    await page.evaluate(() => window.scrollTo(0, 0));
    await expectSound(watched, 'settings', look);
    await watched.close();
  });
});
