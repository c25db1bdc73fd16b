// The page of one domain: the trend, the cause, who reports, what to publish.

import { expect, test } from '../harness/test.ts';
import { day } from '../harness/reports.ts';

test('the chart has its figures in a table', async ({ page }) => {
  await page.goto('/domains/example.com');
  await expect(page.locator('svg.chart, figure svg').first()).toBeVisible();
  await page.locator('details > summary').first().click();
  const yesterday = page.getByRole('row').filter({ has: page.locator(`time[datetime^="${day(1)}"]`) }).first();
  // Two senders, each 401 successful and 7 failed.
  await expect(yesterday).toContainText('802');
  await expect(yesterday).toContainText('14');
});

test('a cause says what it did to mail, whose it is and what to do', async ({ page }) => {
  await page.goto('/domains/example.com');
  const main = page.getByRole('main');
  await expect(main).toContainText('certificate-expired');
  await expect(main).toContainText('mx2.example.com');
  await expect(main).toContainText(/not delivered/i);
  await expect(main).toContainText('84'); // 14 + 28 + 42 failed sessions
});

test('a success rate with failures is never 100 %', async ({ page }) => {
  await page.goto('/domains/example.com');
  await expect(page.getByRole('main')).not.toContainText('100 %');
});

test('a clean domain is told as good news', async ({ page }) => {
  await page.goto('/domains/example.org');
  await expect(page.getByRole('main')).toContainText('Ok');
  await expect(page.getByRole('main')).toContainText('100 %');
});

test('both senders are in the roll-call', async ({ page }) => {
  await page.goto('/domains/example.org');
  for (const reporter of ['Alpha Mail', 'Beta Post']) await expect(page.getByRole('main')).toContainText(reporter);
});

test('the range is a link, and the back button knows it', async ({ page }) => {
  await page.goto('/domains/example.org');
  await page.getByRole('link', { name: '7 days' }).click();
  await expect(page).toHaveURL(/days=7/);
  await page.goBack();
  await expect(page).not.toHaveURL(/days=7/);
});

test('its reports are listed and open', async ({ page }) => {
  await page.goto('/domains/example.com/reports');
  await expect(page.getByRole('row').filter({ hasText: 'Alpha Mail' }).first()).toBeVisible();
  await page.goto('/domains/example.com/reports?failing=true');
  await expect(page.getByRole('row').filter({ hasText: 'Alpha Mail' })).toHaveCount(3);
  await page.getByRole('row').filter({ hasText: 'Alpha Mail' }).first().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/reports\/\w+/);
});

test('a domain that waits shows where reports go', async ({ page, house }) => {
  await page.goto('/domains/example.net');
  await expect(page.getByRole('main')).toContainText('Waiting');
  await page.goto('/domains/example.net/records');
  await expect(page.getByRole('main')).toContainText(house.waiting.address);
  // Served over plain http on loopback, nothing worth publishing exists, and the page names the key that changes it.
  await expect(page.getByRole('main')).toContainText('WAXSEAL_HTTP__BASE_URL');
});
