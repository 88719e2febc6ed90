import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { base, expectSound, launch, looks, open, text } from './browser';
import { ask } from './client';

const [wide] = looks;

/** The card of a group. */
const card = (page: Page, id: string) => page.locator('.group', { has: page.getByRole('heading', { name: id, exact: true }) });

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('a group is made, a device put in it, treated otherwise, and removed', async () => {
  const { page, complaints, close } = await open(browser, '/devices', wide);
  await page.getByRole('link', { name: 'Groups', exact: true }).click();
  await expect.poll(() => text(page.locator('h1'))).toBe('All devices are treated alike.');
  const form = page.locator('[aria-labelledby="new-group"]');
  await form.getByRole('button', { name: 'Make the group' }).click();
  expect(await text(form.getByRole('alert'))).toContain('A name has a letter from a to z or a digit in it');
  await form.getByLabel('Its name').fill('The Guests');
  await form.getByLabel('What is stopped for its devices').selectOption('What some lists say');
  await form.getByLabel('vendors', { exact: true }).check();
  await form.getByLabel('Safe search').selectOption('On');
  await form.getByRole('button', { name: 'Make the group' }).click();
  const group = card(page, 'the-guests');
  await expect.poll(() => text(group)).toMatch(/^the-guests Stopped by these lists only: vendors · Safe search is on No device is in it yet\./);
  const said = page.locator('.hero').getByRole('status');
  expect(await text(said)).toBe('The group the-guests is made.');
  await group.getByLabel('Put a device in it (the group the-guests)').selectOption({ label: 'printer' });
  await group.getByRole('button', { name: 'Put it in (the group the-guests)' }).click();
  await expect.poll(() => text(group)).toContain('Devices: printer');
  await group.locator('summary').click();
  await group.getByLabel('What is stopped for its devices').selectOption('Nothing');
  await group.getByRole('button', { name: 'Keep it so' }).click();
  await expect.poll(() => text(group)).toContain('Nothing is stopped · Safe search is on');
  await group.locator('summary').click();
  await group.getByLabel('Safe search').selectOption('As for all other devices');
  await group.getByRole('button', { name: 'Keep it so' }).click();
  await expect.poll(() => text(group)).not.toContain('Safe search is on');
  // The device says so, and can be taken out.
  await group.getByRole('link', { name: 'printer' }).click();
  const membership = page.locator('.menu', { hasText: 'Group: the-guests' });
  await membership.locator('summary').click();
  await membership.getByRole('button', { name: 'Into no group' }).click();
  await page.locator('summary', { hasText: 'Put in a group' }).waitFor();
  await page.locator('summary', { hasText: 'Put in a group' }).click();
  await page.getByRole('link', { name: 'Make or change groups' }).click();
  await group.getByRole('button', { name: 'Remove (the group the-guests)' }).click();
  await group.waitFor({ state: 'detached' });
  await page.goto(`${base}/rules`);
  const newest = page.locator('[aria-labelledby="changes"] tbody tr').first();
  await expect.poll(() => text(newest)).toMatch(/^Group the-guests change \d+ .*Nothing is stopped.* none/);
  expect(complaints).toEqual([]);
  await close();
});

/** The hour that it is so many hours from now, where ponor runs, as it stands in a window. */
const hourFromNow = (hours: number): string => `${String((new Date().getHours() + hours + 24) % 24).padStart(2, '0')}:00`;

describe.each(looks)('hours, $theme, $width', (look) => {
  const address = `127.0.3.${looks.indexOf(look) + 1}`;
  const [from, to] = [hourFromNow(-1), hourFromNow(2)];

  /** A device that asks, in a group with such hours. */
  async function withTablet(page: Page, offline: string[]): Promise<void> {
    const [api, headers] = [`${base}/api/v1`, { origin: base }];
    await page.request.post(`${api}/groups`, { data: { id: 'kids', offline }, headers });
    await ask(address, 'www.example.org');
    const tell = (group: string | null, name: string | null) => page.request.patch(`${api}/devices/${address}`, { data: { group, name }, headers });
    await expect.poll(async () => (await tell('kids', 'evas-tablet')).ok()).toBe(true);
    onTestFinished(async () => {
      for (const whom of ['', `?device=${address}`]) await page.request.delete(`${api}/pause${whom}`, { data: {}, headers });
      await tell(null, null);
      await page.request.delete(`${api}/groups/kids`, { data: {}, headers });
    });
  }

  test('are chosen for a group, and hold at once', async () => {
    const watched = await open(browser, '/groups', look);
    const { page } = watched;
    onTestFinished(() => watched.close());
    await withTablet(page, []);
    await page.goto(`${base}/groups`);
    const group = card(page, 'kids');
    await group.locator('summary').click();
    await group.getByRole('button', { name: 'Add hours' }).click();
    await group.getByRole('button', { name: 'Add hours' }).click();
    const [first, second] = [group.getByRole('group', { name: 'Hours 1' }), group.getByRole('group', { name: 'Hours 2' })];
    for (const day of ['Fri', 'Sat']) await first.getByLabel(day).check();
    await first.getByLabel('From').fill(from);
    await first.getByLabel('To').fill('');
    await expectSound(watched, 'groups-hours', look);
    await group.getByRole('button', { name: 'Keep it so' }).click();
    expect(await text(group.getByRole('alert'))).toBe('Hours need a day at least, and two different times.');
    await first.getByLabel('To').fill(to);
    await second.getByRole('button', { name: 'Remove these hours (hours 2)' }).click();
    await group.getByRole('button', { name: 'Keep it so' }).click();
    await expect.poll(() => text(group)).toMatch(/^kids Stopped by all lists Offline: every day, .* to .* Offline until \d\d:\d\d\./);
    expect(await ask(address, 'www.example.org')).toMatchObject({ answer: '0.0.0.0' });
    // A control that the head of the page half covers counts as too small.
    await page.evaluate(() => scrollTo(0, 0));
    await expectSound(watched, 'groups-offline', look);
  });

  test('are told of a device, with the way out', async () => {
    const watched = await open(browser, '/devices', look);
    const { page } = watched;
    onTestFinished(() => watched.close());
    await withTablet(page, [`daily ${from}-${to}`]);
    await ask(address, 'www.example.org');
    await page.goto(`${base}/devices`);
    const inList = page.locator('.device-card', { hasText: 'evas-tablet' });
    await expect.poll(() => text(inList)).toMatch(/group kids · offline until \d\d:\d\d/);
    await page.goto(`${base}/devices/${address}`);
    await page.getByText(/^offline until \d\d:\d\d/).waitFor();
    await expectSound(watched, 'device-offline', look);
    await page.goto(`${base}/fix?device=${address}`);
    const told = page.locator('[aria-labelledby="offline"]');
    await expect.poll(() => text(told)).toMatch(/^Nothing is broken: evas-tablet is offline until \d\d:\d\d\. It is in the group kids,/);
    await expect.poll(() => text(page.locator('.suspect', { hasText: 'www.example.org' }))).toMatch(/because its group is offline at these hours\. Allow for 1 hour/);
    await expectSound(watched, 'fix-offline', look);
    // A pause for everyone does not end it.
    await page.request.post(`${base}/api/v1/pause`, { data: { scope: 'everyone', lasts: '5m' }, headers: { origin: base } });
    await page.reload();
    await expect.poll(() => text(page.locator('.banner-pause'))).toMatch(/^Stopping is paused for all devices\. \d+ .* left\. Still offline by their hours: kids\./);
    expect((await ask(address, 'www.example.org')).answer).toBe('0.0.0.0');
    await expectSound(watched, 'fix-offline-paused', look);
    await told.getByRole('button', { name: 'Stop nothing there for 1 hour' }).click();
    await told.waitFor({ state: 'detached' });
    expect((await ask(address, 'www.example.org')).answer).not.toBe('0.0.0.0');
  });
});

describe.each(looks)('groups, $theme, $width', (look) => {
  test('show how they are treated and who is in them', async () => {
    const watched = await open(browser, '/groups', look);
    const { page } = watched;
    const headers = { origin: base };
    const groups = `${base}/api/v1/groups`;
    await page.request.post(groups, { data: { id: 'kids', lists: ['vendors'], safe_search: 'moderate' }, headers });
    await page.request.post(groups, { data: { id: 'guests', blocking: false }, headers });
    await page.request.patch(`${base}/api/v1/devices/printer`, { data: { group: 'kids' }, headers });
    onTestFinished(async () => {
      await page.request.patch(`${base}/api/v1/devices/printer`, { data: { group: null }, headers });
      for (const id of ['kids', 'guests']) await page.request.delete(`${groups}/${id}`, { data: {}, headers });
      await watched.close();
    });
    await page.goto(`${base}/groups`);
    await expect.poll(() => text(page.locator('h1'))).toBe('2 groups of devices can be treated differently.');
    expect(await text(card(page, 'kids'))).toMatch(/^kids Stopped by these lists only: vendors · Safe search is on, milder on YouTube Devices: printer/);
    expect(await text(card(page, 'guests'))).toMatch(/^guests Nothing is stopped No device is in it yet\./);
    await expectSound(watched, 'groups', look);
    await card(page, 'kids').locator('summary').click();
    await expectSound(watched, 'groups-change', look);
    await page.locator('.group').getByRole('link', { name: 'printer' }).click();
    await page.locator('summary', { hasText: 'Group: kids' }).click();
    await expectSound(watched, 'groups-device', look);
  });
});
