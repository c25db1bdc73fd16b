// Overview: what is broken now, over all domains.

import { expect, test } from '../harness/test.ts';

test('the first line answers the first question', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('.lede')).toContainText(/Some mail to \d+ domains? is not delivered/);
});

test('what is broken comes with its cause, its domains and the first step', async ({ page }) => {
  await page.goto('/');
  const broken = page.getByRole('region', { name: 'Broken now' }).getByRole('article').filter({ hasText: 'example.com' });
  await expect(broken).toMatchAriaSnapshot(`
    - article:
      - text: Open
      - heading "Certificate expired on mx2.example.com" [level=3]
      - paragraph:
        - link "example.com":
          - /url: /domains/example.com
        - text: /· 84 sessions failed, (since|on) .+/
      - paragraph:
        - text: "What to do first: Renew the certificate of that MX host."
        - link "All steps":
          - /url: /help#certificate-expired
  `);
});

test('every domain says how it stands in a word', async ({ page }) => {
  await page.goto('/');
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  await expect(row('example.com')).toContainText('Error');
  await expect(row('example.com')).toContainText('certificate-expired');
  await expect(row('example.org')).toContainText('Ok');
  await expect(row('example.org')).toContainText('100 %');
  await expect(row('example.net')).toContainText('Waiting');
});

test('the worst comes first', async ({ page }) => {
  await page.goto('/');
  const statuses = await page.locator('.domains tbody tr .how').allInnerTexts();
  const order = ['Error', 'Warning', 'Cannot tell', 'Waiting', 'Suggestion', 'Ok'];
  const ranks = statuses.map((word) => order.indexOf(word.trim()));
  expect(ranks[0]).toBe(0);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
});

test('search is a link that can be shared', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('searchbox', { name: 'Find' }).fill('example.o');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/q=example\.o/);
  await expect(page.getByRole('table').getByRole('link', { name: 'example.org', exact: true })).toBeVisible();
  await expect(page.getByRole('table').getByRole('link', { name: 'example.com', exact: true })).toHaveCount(0);
  await page.goto(page.url());
  await expect(page.getByRole('table').getByRole('link', { name: 'example.com', exact: true })).toHaveCount(0);
});

test('a search without a match says so', async ({ page }) => {
  await page.goto('/?q=nowhere');
  await expect(page.getByRole('main')).toContainText('No domain is like this.');
});

test('a domain opens from its row', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('table').getByRole('link', { name: 'example.com', exact: true }).click();
  await expect(page).toHaveURL(/\/domains\/example\.com/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('example.com');
});
