// The page of one domain: the trend, the cause, who reports, what to publish.

import { expect, test } from '../harness/test.ts';
import { day } from '../harness/reports.ts';

test('the chart has its figures in a table', async ({ page }) => {
  await page.goto('/domains/example.com');
  await expect(page.getByRole('img', { name: /^Sessions by day/ })).toBeVisible();
  await expect(page.locator('svg.chart .day')).toHaveCount(30);
  await page.getByText('Show as table').click();
  // Two senders, each with 401 successful and 7 failed sessions yesterday.
  const yesterday = page.getByRole('row').filter({ has: page.locator(`time[datetime="${day(1)}"]`) });
  await expect(yesterday.getByRole('cell')).toHaveText(['816', '14', '14']);
});

test('a cause says what it did to mail, whose it is and what to do', async ({ page }) => {
  await page.goto('/domains/example.com');
  const causes = page.getByRole('region', { name: 'Causes' });
  await expect(causes).toContainText('on mx2.example.com');
  await expect(causes).toContainText('84 sessions not delivered'); // 14 + 28 + 42
  await expect(causes).toContainText('2 reporters');
  for (const question of ['What it does', 'Whose fault', 'What to do first']) await expect(causes).toContainText(question);
  await causes.getByText(/^All \d+ steps$/).click();
  await causes.getByRole('link', { name: 'More about this failure' }).click();
  await expect(page.locator('#certificate-expired')).toBeInViewport();
});

test('failures are summed up by result type and by MX host', async ({ page }) => {
  await page.goto('/domains/example.com');
  for (const [heading, name] of [['result type', 'certificate-expired'], ['MX host', 'mx2.example.com']]) {
    const table = page.locator(`h2:text-is("Failures by ${heading}") + table`);
    await expect(table.getByRole('row').filter({ hasText: name })).toContainText('84');
  }
});

test('a success rate with failures is never 100 %', async ({ page }) => {
  await page.goto('/domains/example.com');
  await expect(page.locator('.figures')).toContainText('Succeeded99.');
});

test('a clean domain is told as good news', async ({ page }) => {
  await page.goto('/domains/example.org');
  await expect(page.locator('.title')).toContainText('Ok');
  await expect(page.locator('.title')).toContainText(/\d+ days clean, 2 reporters/);
  await expect(page.locator('.figures')).toContainText('100 %');
});

test('both senders are in the roll-call', async ({ page }) => {
  await page.goto('/domains/example.org');
  for (const reporter of ['Alpha Mail', 'Beta Post']) {
    await expect(page.getByRole('row').filter({ hasText: reporter })).toContainText('unsigned');
  }
});

test('the range is a link, and the back button knows it', async ({ page }) => {
  await page.goto('/domains/example.org');
  await page.getByRole('link', { name: '7 days' }).click();
  await expect(page).toHaveURL(/days=7/);
  await expect(page.locator('svg.chart .day')).toHaveCount(7);
  await page.goBack();
  await expect(page.locator('svg.chart .day')).toHaveCount(30);
});

test('its reports are listed, filtered and opened', async ({ page }) => {
  await page.goto('/domains/example.com/reports');
  await expect(page.getByRole('main')).toContainText('60 reports');
  await page.getByRole('link', { name: 'With failures' }).click();
  await expect(page.getByRole('main')).toContainText('6 reports');
  await page.getByRole('row').filter({ hasText: 'Alpha Mail' }).first().getByRole('link').click();
  await expect(page).toHaveURL(/\/reports\/\w+/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Report of Alpha Mail');
});

test('a long list of reports has pages', async ({ page }) => {
  await page.goto('/domains/example.com/reports?page=2');
  await expect(page.locator('.reports tbody tr')).toHaveCount(10);
});

test('a domain that waits says when to expect what, and where reports go', async ({ page, house }) => {
  await page.goto('/domains/example.net');
  await expect(page.getByRole('main')).toContainText('No report has arrived yet');
  await page.getByRole('link', { name: 'What to publish, and how to test it' }).click();
  await expect(page.getByRole('main')).toContainText(house.waiting.report_url);
  // Served over plain http on loopback, nothing worth publishing exists, and the page names the key that changes it.
  await expect(page.getByRole('note').first()).toContainText('WAXSEAL_HTTP__BASE_URL');
});
