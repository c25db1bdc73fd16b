// What leaves a domain's page: a link, a picture, a file.

import { expect, test } from '../harness/test.ts';
import { share } from '../harness/share.ts';

test('a link is made, opened without an account, and revoked', async ({ page, browser }, info) => {
  const whom = `auditor ${info.project.name} ${info.repeatEachIndex}`;
  await page.goto('/domains/example.org');
  await page.getByRole('link', { name: 'Share this summary' }).click();
  await page.getByRole('textbox', { name: /^For/ }).fill(whom);
  await page.getByLabel('Ends after').selectOption('7 days');
  await page.getByRole('button', { name: 'Make the link' }).click();
  await expect(page).toHaveURL(/\/domains\/example\.org\/share$/);
  const link = await page.locator('section', { hasText: 'Your new share link' }).locator('code').innerText();
  expect(link).toMatch(/\/shared\/wxl_[a-z2-7]{40}$/);
  await page.reload();
  await expect(page.getByText(link)).toHaveCount(0);
  await expect(page.getByRole('row', { name: whom })).toContainText('never');

  const guest = await browser.newContext({ javaScriptEnabled: info.project.use.javaScriptEnabled });
  const shown = await guest.newPage();
  const answer = await shown.goto(link);
  expect(answer?.headers()).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  await expect(shown.getByRole('heading', { level: 1 })).toHaveText('example.org');
  await expect(shown.getByRole('img', { name: /^Sessions by day/ })).toBeVisible();
  await expect(shown.getByRole('navigation', { name: 'Main' })).toHaveCount(0);
  await shown.getByRole('link', { name: '7 days' }).click();
  await expect(shown.locator('svg.chart .day')).toHaveCount(7);
  // No link of the page leads into the workspace.
  const ways = await shown.locator('a[href]').evaluateAll((links) => links.map((a) => a.getAttribute('href') ?? ''));
  expect(ways.filter((way) => !way.startsWith('/shared/') && !way.startsWith('#'))).toEqual([]);

  await page.reload();
  await expect(page.getByRole('row', { name: whom })).not.toContainText('never');
  await page.getByRole('button', { name: `Revoke the link for ${whom}`, exact: true }).click();
  await expect(page.getByRole('row', { name: whom })).toHaveCount(0);
  expect((await shown.goto(link))?.status()).toBe(404);
  await expect(shown.getByRole('heading', { level: 1 })).toHaveText('This link shows nothing');
  await guest.close();
});

test('the chart is saved as a picture', async ({ page, browser, house, request }) => {
  for (const path of ['/domains/example.com', await share(browser, house, 'example.com')]) {
    await page.goto(path);
    for (const [label, type, begins] of [['SVG', 'image/svg+xml', '<svg'], ['PNG', 'image/png', '\x89PNG']] as const) {
      const link = page.getByText('This chart as a picture').getByRole('link', { name: label });
      const answer = await request.get((await link.getAttribute('href'))!);
      expect(answer.status()).toBe(200);
      expect(answer.headers()['content-type']).toBe(type);
      expect((await answer.body()).toString('latin1').slice(0, begins.length)).toBe(begins);
    }
    // As sharp as paper wants it: the width stands in the first chunk of a PNG.
    const png = page.getByText('This chart as a picture').getByRole('link', { name: 'PNG' });
    const bytes = await (await request.get((await png.getAttribute('href'))!)).body();
    expect(bytes.readUInt32BE(16)).toBe(1920);
  }
});

test('the days shown are saved as CSV and JSON', async ({ page, request }) => {
  await page.goto('/domains/example.com?days=7');
  const link = (name: string) => page.getByText('Export these days').getByRole('link', { name });
  const csv = await (await request.get((await link('CSV').getAttribute('href'))!)).text();
  expect(csv.trimEnd().split('\r\n')).toHaveLength(8);
  const days = await (await request.get((await link('JSON').getAttribute('href'))!)).json();
  const failed = days.reduce((sum: number, day: { failed: number }) => sum + day.failed, 0);
  expect(failed).toBe(84); // 14 + 28 + 42
});
