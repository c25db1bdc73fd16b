// The page of one domain: the trend, the cause, who reports, what to publish.

import { expect, test } from '../harness/test.ts';
import { day } from '../harness/reports.ts';

test('the chart has its figures in a table', async ({ page }) => {
  await page.goto('/domains/example.com');
  await expect(page.getByRole('img', { name: /^Sessions by day/ })).toBeVisible();
  await expect(page.locator('svg.chart .day')).toHaveCount(30);
  const days = page.getByRole('figure', { name: 'Sessions and failures by day' });
  await days.getByText('Show as table').click();
  // Two senders, each with 401 successful and 7 failed sessions yesterday.
  const date = new Date(day(1)).toUTCString().replace(/^(\w+), 0?(\d+ \w+ \d+).*/, '$1 $2');
  const yesterday = days.getByRole('row').filter({ has: page.getByRole('rowheader', { name: date, exact: true }) });
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

test('any days of the past are chosen by their dates', async ({ page }) => {
  await page.goto('/domains/example.org');
  await page.getByText('Custom…').click();
  await page.getByLabel('From', { exact: true }).fill(day(12));
  await page.getByLabel('To', { exact: true }).fill(day(3));
  await page.getByRole('button', { name: 'Show these days' }).click();
  await expect(page).toHaveURL(new RegExp(`from=${day(12)}&to=${day(3)}`));
  await expect(page.locator('svg.chart .day')).toHaveCount(10);
  await expect(page.locator('.figures')).toContainText('on the 10 days before');
  await page.getByRole('link', { name: 'Earlier' }).click();
  await expect(page).toHaveURL(new RegExp(`from=${day(22)}&to=${day(13)}`));
});

test('days that are no range are said to be none, and can be mended', async ({ page }) => {
  await page.goto(`/domains/example.org?from=${day(3)}&to=${day(12)}`);
  await expect(page.getByRole('alert')).toContainText('ends before it begins');
  await expect(page.locator('svg.chart .day')).toHaveCount(30);
  await expect(page.getByLabel('From', { exact: true })).toHaveValue(day(3));
  await page.getByLabel('From', { exact: true }).fill(day(13));
  await page.getByRole('button', { name: 'Show these days' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a breakdown leads to its failures, and a chip leads back', async ({ page }) => {
  await page.goto('/domains/example.com?days=7');
  await page.locator('h2:text-is("Failures by reporter") + table').getByRole('link', { name: 'Alpha Mail' }).click();
  await expect(page).toHaveURL(/days=7&reporter=Alpha(%20|\+)Mail/);
  await expect(page.locator('.figures')).toContainText('42 not delivered'); // 7 + 14 + 21
  await expect(page.locator('.filtering')).toContainText('42 of 84 failed sessions fit these filters');
  await expect(page.getByRole('region', { name: 'Causes' })).toContainText('42 sessions not delivered');
  await page.locator('h2:text-is("By policy") + table').getByRole('link').first().click();
  await expect(page).toHaveURL(/reporter=Alpha(%20|\+)Mail&policy=sts&mode=enforce/);
  await expect(page.locator('.filtering')).toContainText('42 of 84');
  await page.getByRole('link', { name: 'Reporter: Alpha Mail' }).click();
  await expect(page).toHaveURL(/days=7&policy=sts&mode=enforce/);
  await expect(page.locator('.filtering')).toContainText('84 of 84');
});

test('the form filters, too', async ({ page }) => {
  await page.goto('/domains/example.com');
  await page.getByText('Filter failures…').click();
  await page.locator('select[name="mx"]').selectOption('mx2.example.com');
  await page.locator('select[name="trust"]').selectOption('signed');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page.locator('.filtering')).toContainText('0 of 84 failed sessions');
  await expect(page.getByRole('main')).toContainText('No failure in this time fits these filters.');
  await page.getByRole('link', { name: 'Remove all' }).click();
  await expect(page.locator('.chips')).toHaveCount(0);
});

test('result types stand in their group', async ({ page }) => {
  await page.goto('/domains/example.com');
  const table = page.locator('h2:text-is("Failures by result type") + table');
  await expect(table.getByRole('rowheader').first()).toHaveText('TLS and certificate');
});

test('heat maps have their figures in a table', async ({ page }) => {
  await page.goto('/domains/example.com');
  const heat = page.getByRole('figure', { name: 'Failures by MX host and day' });
  await expect(heat.getByRole('img', { name: /^failures in 3 of 30 days, most on .*: 42$/ })).toBeVisible();
  await heat.getByText('Show as table').click();
  await expect(heat.locator('.days-table tbody tr')).toHaveCount(3);
  await expect(page.getByRole('figure', { name: 'Failures by reporter and day' }).getByRole('img')).toHaveCount(2);
});

test('the roll-call says how often a reporter reports', async ({ page }) => {
  await page.goto('/domains/example.org');
  const row = page.locator('.roll').getByRole('row').filter({ hasText: 'Alpha Mail' });
  await expect(row).toContainText('daily, last seen');
  await expect(page.locator('.figures')).toContainText('all usual ones reporting');
});

test('whether a domain may go to enforce is a verdict with its evidence', async ({ page }) => {
  await page.goto('/domains/example.com');
  const panel = page.getByRole('region', { name: 'Ready for enforce?' });
  await expect(panel).toContainText('enforce');
  await expect(panel).toContainText('of the last 14 complete days');
  await expect(panel).toContainText('2 reporters tell of them');
  await expect(panel).toContainText('certificate-expired');
});

test('failures are told by network and address', async ({ page }) => {
  await page.goto('/domains/example.com');
  await page.getByRole('link', { name: 'By network and address' }).click();
  await expect(page).toHaveURL(/\/domains\/example\.com\/networks/);
  for (const heading of ['By sending network', 'By sending address', 'By receiving address']) {
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
  }
  await expect(page.getByRole('main')).toContainText('84');
});

test('the way to another policy is told step by step', async ({ page }) => {
  await expect(async () => {
    await page.goto('/domains/example.com/mta-sts');
    await expect(page.getByRole('region', { name: 'MX hosts' })).toContainText('mx2.example.com', { timeout: 100 });
  }).toPass({ timeout: 20_000 });
  await page.getByLabel('None: ').check();
  await page.getByRole('button', { name: 'Show the steps' }).click();
  await expect(page).toHaveURL(/level=none/);
  await expect(page.getByRole('main')).toContainText('mode: none');
  await expect(page.getByRole('main')).toContainText('Wait, then remove both');
  await page.getByLabel('Testing: ').check();
  await page.getByRole('button', { name: 'Show the steps' }).click();
  await expect(page.getByRole('main')).toContainText('mode: testing');
  await expect(page.getByRole('main')).toContainText('mx: mx2.example.com');
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
  await page.goto('/domains/example.com/reports?page=3');
  await expect(page.locator('.reports tbody tr')).toHaveCount(10);
});

test('a domain that waits says when to expect what, and where reports go', async ({ page, house }) => {
  await page.goto('/domains/example.net');
  await expect(page.getByRole('main')).toContainText('No report has arrived yet');
  const why = page.getByRole('region', { name: 'What keeps it away' });
  await expect(why).toContainText('Is the record there?');
  await expect(why).toContainText('No: there is no record that counts at _smtp._tls.example.net');
  await expect(why).toContainText('No test report was sent yet');
  await expect(page.getByRole('region', { name: 'Bring one about' })).toContainText('from a mailbox at a large provider');
  await page.getByRole('link', { name: 'What to publish, and how to test it' }).click();
  await expect(page.getByRole('main')).toContainText(house.waiting.report_url);
  // Served over plain http on loopback, nothing worth publishing exists, and the page names the key that changes it.
  await expect(page.getByRole('note').first()).toContainText('WAXSEAL_HTTP__BASE_URL');
});
