// The reports of all domains: narrowed down, put in order, gone through, exported; all of it in the URL.

import { expect, test } from '../harness/test.ts';

test('the way to the reports, and to one of them', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Reports' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Reports');
  const row = page.locator('.reports tbody tr').first();
  await expect(row).toContainText('MTA-STS enforce');
  await expect(row).toContainText('unsigned');
  await row.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/reports\/\w+$/);
});

test('a filter is a link that can be shared', async ({ page }) => {
  await page.goto('/reports');
  await page.getByLabel('Reporter').fill('alpha');
  await page.getByLabel('Domain').fill('example.com');
  await page.getByLabel('Failed sessions').selectOption('some or all');
  await page.getByLabel('Order').selectOption('most failed');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/reporter=alpha&q=example\.com&failing=yes.*sort=failed/);
  await expect(page.getByRole('main')).toContainText('3 reports');
  await expect(page.locator('.reports .fails')).toHaveText(['21', '14', '7']);
  await page.goto(page.url());
  await expect(page.getByLabel('Reporter')).toHaveValue('alpha');
  await expect(page.locator('.reports tbody tr')).toHaveCount(3);
  const csv = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
  expect(csv).toContain('/export/reports.csv?failing=yes&reporter=alpha&q=example.com');
});

test('a list without a match says so, and leads back', async ({ page }) => {
  await page.goto('/reports?reporter=nobody');
  await expect(page.getByRole('main')).toContainText('No report is like this.');
  await page.getByRole('link', { name: 'Show all' }).click();
  await expect(page.locator('.reports tbody tr').first()).toBeVisible();
});

test('a report leads to the ones before and after it', async ({ page }) => {
  await page.goto('/reports?q=example.org&reporter=alpha');
  await page.locator('.reports tbody tr').nth(1).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/reports\/\w+$/);
  const others = page.getByRole('navigation', { name: 'Other reports of Alpha Mail' });
  const here = page.url();
  await others.getByRole('link', { name: /^Previous/ }).click();
  await expect(page).not.toHaveURL(here);
  await others.getByRole('link', { name: /^Next/ }).click();
  await expect(page).toHaveURL(here);
});
