// Help: people come with words of their own.

import { expect, test } from '../harness/test.ts';

test.describe('without signing in', () => {
  test.use({ signedIn: false });

  for (const [words, type] of [
    ['untrusted root', 'certificate-not-trusted'],
    ['protocol downgrade', 'validation-failure'],
    ['certificate-not-valid-yet', 'certificate-not-valid-yet'],
    ['MX_HOSTS_MISMATCH', 'validation-failure'],
  ] as const) {
    test(`whoever searches for ${words} finds it`, async ({ page }) => {
      await page.goto('/help');
      await page.getByLabel('Search help').fill(words);
      await page.getByRole('button', { name: 'Search' }).click();
      await expect(page).toHaveURL(/\/help\?q=/);
      await page.locator(`main a[href="/help#${type}"]`).first().click();
      await expect(page.locator(`[id="${type}"]`)).toBeInViewport();
    });
  }

  for (const [words, path] of [
    ['MXToolbox', '/tools/look-up'],
    ['validator', '/tools/lint'],
    ['generator', '/tools/build'],
  ] as const) {
    test(`whoever looks for ${words} is led to the tool`, async ({ page }) => {
      await page.goto(`/help?q=${words}`);
      await expect(page.locator(`main a[href="${path}"]`)).toBeVisible();
    });
  }

  test('failures are listed in groups', async ({ page }) => {
    await page.goto('/help');
    const index = page.getByRole('navigation', { name: 'On this page' });
    await expect(index.getByRole('heading', { level: 3 })).toHaveText(['TLS and certificate', 'MTA-STS', 'DANE and DNSSEC', 'Other']);
    await index.getByRole('link', { name: 'DNSSEC does not validate' }).click();
    await expect(page.locator('[id="dnssec-invalid"]')).toBeInViewport();
  });

  test('what is not there is said not to be', async ({ page }) => {
    await page.goto('/help?q=%3Cmarmalade%3E');
    await expect(page.getByRole('main')).toContainText('Nothing in help is about that.');
    await expect(page.locator('marmalade')).toHaveCount(0);
  });

  test('the standards are told, with who reports to whom', async ({ page }) => {
    await page.goto('/help');
    await page.getByRole('link', { name: 'How TLS-RPT, MTA-STS and DANE work together' }).click();
    await expect(page.getByRole('main')).toContainText('The sending servers report');
    await expect(page.getByRole('table').first()).toContainText('_smtp._tls.<domain>');
  });
});

test('trouble leads to the page with the evidence', async ({ page }) => {
  await page.goto('/help/troubleshooting');
  for (const link of await page.locator('#no-reports li a, #many-failures li a, #unreadable-reports li a, #being-told li a').all()) {
    const path = (await link.getAttribute('href'))!;
    const answer = await page.request.get(path);
    expect(answer.status(), path).toBe(200);
  }
});
