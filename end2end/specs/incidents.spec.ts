// Incidents: what is broken over all domains, whose it is, and the history of one domain.

import { expect, test } from '../harness/test.ts';

test('incidents are in the navigation and say whether anything is open', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Incidents' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Incidents');
  await expect(page.locator('.lede')).toContainText(/causes? (is|are) open/);
});

test('a cause says how it stands, whose it is, what the check sees and what to do', async ({ page }) => {
  await page.goto('/incidents?q=mx2.example.com');
  const cause = page.locator('details.cause').filter({ hasText: 'Certificate expired on mx2.example.com' });
  await expect(cause).toContainText('Open');
  for (const question of ['What it does', 'Whose fault', 'The live check', 'What to do first']) {
    await expect(cause).toContainText(question);
  }
  // Two senders that know nothing of each other tell of it.
  await expect(cause).toContainText('Ours, or of whoever runs mx2.example.com');
  await cause.getByText('Its domain').click();
  await cause.getByRole('link', { name: 'example.com', exact: true }).click();
  await expect(page).toHaveURL(/\/domains\/example\.com/);
});

test('state and search stand in the URL', async ({ page }) => {
  await page.goto('/incidents');
  await page.getByRole('link', { name: /^Open \(/ }).click();
  await expect(page).toHaveURL(/state=open/);
  await page.getByRole('searchbox', { name: 'Find' }).fill('mx2.example.com');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/q=mx2\.example\.com/);
  await expect(page).toHaveURL(/state=open/);
  await expect(page.getByRole('heading', { level: 3, name: 'Certificate expired on mx2.example.com' })).toBeVisible();
});

test('a search without a match says so', async ({ page }) => {
  await page.goto('/incidents?q=nowhere');
  await expect(page.getByRole('main')).toContainText('No incident is like this.');
});

test('the history of a domain names each cause with its days', async ({ page }) => {
  await page.goto('/domains/example.com');
  await page.getByRole('navigation', { name: 'Domain' }).getByRole('link', { name: 'History' }).click();
  const row = page.getByRole('row').filter({ hasText: 'Certificate expired on mx2.example.com' });
  await expect(row).toContainText('Open');
  await expect(row).toContainText('84');
  await expect(page.getByRole('link', { name: 'CSV' })).toHaveAttribute('href', /\/export\/episodes\.csv\?domain=example\.com/);
});

test('the history of a clean domain is good news', async ({ page }) => {
  await page.goto('/domains/example.org/history');
  await expect(page.getByRole('main')).toContainText('No report tells of a failure');
});
