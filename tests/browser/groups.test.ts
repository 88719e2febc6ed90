import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { base, expectSound, launch, looks, open, text } from './browser';

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
