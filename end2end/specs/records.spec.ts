// What a look at a domain from outside found: each finding with what to publish, the history, and looking again.

import { expect, test } from '../harness/test.ts';
import type { Page } from '@playwright/test';

/** Opens a domain's records once it has been looked at. */
async function open(page: Page, domain: string): Promise<void> {
  await expect(async () => {
    await page.goto(`/domains/${domain}/records`);
    await expect(page.locator('#checks')).toContainText('Looked at', { timeout: 500 });
  }).toPass({ timeout: 30_000 });
}

test('a domain in order is all Ok', async ({ page }) => {
  await open(page, 'example.org');
  for (const name of ['MTA-STS record', 'MTA-STS policy', 'STARTTLS of mx1.example.org', 'DANE of mx1.example.org']) {
    const check = page.locator('.check').filter({ has: page.getByRole('heading', { name, exact: true }) });
    await expect(check.locator('summary .status').first()).toHaveText('Ok');
  }
});

test('what is wrong is open, with what it does and what to publish', async ({ page }) => {
  await open(page, 'example.com');
  const expired = page.locator('.check').filter({ hasText: 'STARTTLS of mx2.example.com' });
  await expect(expired).toHaveAttribute('open', '');
  await expect(expired).toContainText(/expired/);
  await expired.getByText('What was seen').click();
  await expect(expired.locator('pre').first()).toBeVisible();
});

test('a faulty record is corrected, ready to be published', async ({ page }) => {
  await open(page, 'example.com');
  const check = page.locator('.check').filter({ has: page.getByRole('heading', { name: 'TLS-RPT record', exact: true }) });
  await expect(check).toContainText('v=TLSRPTv1; rua=mailto:tls@example.com,mailto:other@example.net');
});

test('a record at a wrong name is found, and the right name is told', async ({ page }) => {
  await open(page, 'example.net');
  const check = page.locator('.check').filter({ has: page.getByRole('heading', { name: 'TLS-RPT record', exact: true }) });
  await expect(check).toContainText('_smtp_tls.example.net');
  await expect(check).toContainText('_smtp._tls.example.net');
});

test('one may look again, and nothing has changed since', async ({ page }) => {
  await open(page, 'example.org');
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page).toHaveURL(/\/domains\/example\.org\/records/);
  await expect(page.locator('#checks')).toContainText('Looked at', { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Check again' })).toBeEnabled();
  await expect(page.locator('.history')).toHaveText(/Looked at for the first time\./);
});
