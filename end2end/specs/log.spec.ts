// The ingest log: nothing that arrived is lost, not even what nobody could read.

import { report } from '../harness/reports.ts';
import { expect, test } from '../harness/test.ts';

test('an unreadable body is kept, and the reason is told', async ({ page, house }, info) => {
  const domain = `unreadable-${info.project.name}.example`;
  const [added] = await house.program.addDomains(domain);
  expect(await house.program.post(added!.address, '{"organization-name": "Broken', 'application/tlsrpt+json')).toBe(400);

  await page.goto('/log');
  await page.getByLabel('Outcome').selectOption('unreadable');
  await page.getByRole('button', { name: 'Show' }).click();
  const row = page.getByRole('row').filter({ hasText: domain });
  await row.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/log\/\w+/);
  await expect(page.locator('.lede')).toContainText('It is no report that can be read. The bytes are kept.');
  await expect(page.getByRole('note')).not.toBeEmpty(); // the reason
  await expect(page.getByRole('main')).toContainText('"organization-name": "Broken');
});

test('a counted delivery leads to its report', async ({ page }) => {
  await page.goto('/log?outcome=counted');
  await page.locator('.log tbody tr').first().getByRole('link').first().click();
  await page.getByRole('region', { name: 'Reports in it' }).getByRole('link', { name: /^Report/ }).click();
  await expect(page).toHaveURL(/\/reports\/\w+/);
});

test('files are uploaded, and each has its result', async ({ page, house }, info) => {
  const domain = `uploaded-${info.project.name}.example`;
  await house.program.addDomains(domain);
  const files = [
    { name: 'good.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(report({ domain }))) },
    { name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{"organization-name": "Bro') },
  ];
  await page.goto('/log');
  await page.getByRole('link', { name: 'Upload reports' }).click();
  await page.getByLabel('Files').setInputFiles(files);
  await page.getByRole('button', { name: 'Upload' }).click();
  const results = page.getByRole('region', { name: 'What became of them' });
  await expect(results.getByRole('row').filter({ hasText: 'good.json' })).toContainText('counted');
  await expect(results.getByRole('row').filter({ hasText: 'bad.json' })).toContainText('unreadable');
});

test('a file that is not taken in is named with the reason', async ({ page }) => {
  const files = [
    { name: 'nothing.json', mimeType: 'application/json', buffer: Buffer.from('') },
    { name: 'huge.json', mimeType: 'application/json', buffer: Buffer.alloc(16 << 20, ' ') },
  ];
  await page.goto('/upload');
  await page.getByLabel('Files').setInputFiles(files);
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByRole('alert')).toContainText('2 files not taken in');
  await expect(page.getByRole('listitem').filter({ hasText: 'nothing.json' })).toContainText('empty');
  await expect(page.getByRole('listitem').filter({ hasText: 'huge.json' })).toContainText('larger than');
});

test('what was put aside is ticked and discarded', async ({ page, house }, info) => {
  const [added] = await house.program.addDomains(`aside-${info.project.name}.example`);
  const stranger = `stranger-${info.project.name}.example`;
  expect(await house.program.post(added!.address, JSON.stringify(report({ domain: stranger })), 'application/tlsrpt+json')).toBe(201);
  await page.goto('/log?outcome=quarantined');
  const row = page.getByRole('row').filter({ hasText: stranger });
  await row.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Discard those ticked' }).click();
  await expect(page.getByRole('status')).toContainText('1 delivery discarded.');
  await expect(row).toHaveCount(0);
});
