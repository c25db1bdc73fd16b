// Bringing in domains: any text or file in, what became of each out, their records, settings and removal; Getting started.

import { createFirstUser, expect, test } from '../harness/test.ts';
import type { Page } from '@playwright/test';

/** Adds what is in a text, and waits until it is all there. */
async function add(page: Page, text: string): Promise<void> {
  await page.goto('/domains/add');
  await page.getByLabel('Domain names').fill(text);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page).toHaveURL(/\/additions\/\d+/);
}

test('each line of a list is told what became of it', async ({ page }, info) => {
  const own = `list-${info.project.name}.example`;
  await add(page, `${own}\nlocalhost\nhttps://www.${own}/shop\n# a note\nno..domain\n`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 domain added');
  const wrong = page.getByRole('region', { name: '2 names not added' });
  await expect(wrong).toContainText('Line 2: “localhost”: the name has only one label');
  await expect(wrong).toContainText('Line 5: “no..domain”');
  await expect(wrong.getByLabel('Correct them here')).toHaveValue(/localhost\s+no\.\.domain/);
  await page.getByText('Given twice (1)').click();
  await expect(page.getByText('also on line 1')).toBeVisible();
  await page.getByText('Passed over (1)').click();
  await expect(page.getByText('a comment')).toBeVisible();

  await wrong.getByLabel('Correct them here').fill(`corrected-${info.project.name}.example`);
  await wrong.getByRole('button', { name: 'Add as corrected' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 domain added');
});

test('a file of customers brings tags, and the search finds them', async ({ page }, info) => {
  const own = `csv-${info.project.name}.example`;
  await page.goto('/domains/add');
  const csv = `domain;customer;tags\n${own};Acme ${info.project.name};web\n`;
  await page.getByLabel('Or a file').setInputFiles({ name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByRole('button', { name: 'Upload and add' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 domain added');
  await expect(page.locator('.lede')).toContainText('customers.csv');
  await page.goto(`/?q=acme+${info.project.name}`);
  await expect(page.getByRole('row').filter({ hasText: own })).toBeVisible();
});

test('a thousand domains come with their progress, and the page ends by itself', async ({ page, fresh }) => {
  await createFirstUser(page, await fresh.setupLink());
  await page.goto(`${fresh.url}/domains/add`);
  await page.getByLabel('Domain names').fill(Array.from({ length: 1_000 }, (_, i) => `d${i}.example`).join('\n'));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1,000 domains added', { timeout: 30_000 });
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(26);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByText('26 to 50 of 1,000')).toBeVisible();
});

test('all records in one table, and as files', async ({ page, house }) => {
  await page.goto('/records');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: house.clean.domain, exact: true }) });
  await expect(row).toBeVisible();
  for (const [name, begins] of [['zone file', /^(_smtp|;)/], ['CSV', /^domain,name,/], ['JSON', /^\[/]] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name, exact: true }).click();
    const chunks = await (await (await download).createReadStream()).toArray();
    expect(Buffer.concat(chunks).toString()).toMatch(begins);
  }
  await page.getByRole('link', { name: 'Waiting for their record' }).click();
  await page.getByRole('button', { name: 'Check all again' }).click();
  await expect(page.getByRole('status')).toContainText('being looked at');
  await expect(page).toHaveURL(/show=waiting$/, { timeout: 15_000 });
});

test('an address is rotated, and its grace ended', async ({ page, house }, info) => {
  const [domain] = await house.program.addDomains(`rotate-${info.project.name}.example`);
  await page.goto(`/domains/${domain!.domain}/settings`);
  await page.getByRole('button', { name: 'Give it a new address' }).click();
  await expect(page.getByText('still valid until')).toBeVisible();
  const addresses = page.getByRole('region', { name: 'Report addresses' });
  await expect(addresses.locator('code')).toHaveCount(2);
  expect(await house.program.post(domain!.address, 'no report', 'text/plain')).toBe(400);
  await addresses.getByRole('button', { name: 'End it now' }).click();
  await expect(page.getByText('not valid since')).toBeVisible();
  expect(await house.program.post(domain!.address, 'no report', 'text/plain')).toBe(404);
});

test('notes are saved, and what cannot be is told with what was typed', async ({ page, house }, info) => {
  const [domain] = await house.program.addDomains(`notes-${info.project.name}.example`);
  await page.goto(`/domains/${domain!.domain}/settings`);
  await page.getByLabel('Customer', { exact: true }).fill('Acme');
  await page.getByLabel('Also send reports to').fill('team@example.org\nftp://files.example/');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('“ftp://files.example/” cannot receive reports');
  await expect(page.getByLabel('Customer', { exact: true })).toHaveValue('Acme');
  await page.getByLabel('Also send reports to').fill('team@example.org');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByLabel('Also send reports to')).toHaveValue('mailto:team@example.org');
});

test('a domain is removed once its name was typed', async ({ page, house }, info) => {
  const [domain] = await house.program.addDomains(`gone-${info.project.name}.example`);
  await page.goto(`/domains/${domain!.domain}/settings`);
  await page.getByRole('link', { name: 'Remove…' }).click();
  await page.getByLabel('Type the name').fill('example.com');
  await page.getByRole('button', { name: /^Remove it/ }).click();
  await expect(page.getByRole('alert')).toContainText('nothing was removed');
  await page.getByLabel('Type the name').fill(domain!.domain);
  await page.getByRole('button', { name: /^Remove it/ }).click();
  await expect(page).toHaveURL('/');
  await page.goto(`/domains/${domain!.domain}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('is not watched here');
});

test('getting started asks in order and says plainly what is not there', async ({ page, fresh }) => {
  await createFirstUser(page, await fresh.setupLink());
  await page.goto(`${fresh.url}/start`);
  const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
  expect(headings).toEqual([
    '1. Public address',
    '2. How reports arrive',
    '3. Domains',
    '4. DNS records',
    '5. A test report',
  ]);
  await page.getByLabel('The host name to use').fill('tlsrpt.example.net');
  await page.getByRole('button', { name: 'Show the lines for it' }).click();
  await expect(page.getByText('WAXSEAL_HTTP__BASE_URL=https://tlsrpt.example.net')).toBeVisible();
  await page.getByLabel(/IMAP/).check();
  await page.getByRole('button', { name: 'Choose' }).click();
  await expect(page.getByText('WAXSEAL_IMAP__MAILBOXES=imaps://tls-reports%40example.com')).toBeVisible();
  await page.getByLabel(/LMTP/).check();
  await page.getByRole('button', { name: 'Choose' }).click();
  await expect(page.getByText('WAXSEAL_LMTP__LISTEN=127.0.0.1:2424')).toBeVisible();
  await page.getByLabel('By HTTPS only').check();
  await page.getByRole('button', { name: 'Choose' }).click();
  await expect(page.getByRole('note')).toContainText('not known to deliver by HTTPS');

  const [domain] = await fresh.addDomains('example.com');
  await page.reload();
  await expect(page.getByRole('region', { name: '3. Domains' })).toContainText('Ok');
  expect(await fresh.post(domain!.address, 'no report', 'text/plain')).toBe(400);
  await page.reload();
  await expect(page.getByRole('region', { name: '2. How reports arrive' })).toContainText('Ok');
  await expect(page.getByRole('region', { name: '5. A test report' })).toContainText(domain!.address);
});
