// Help, and what is not there.

import { expect, test } from '../harness/test.ts';

const resultTypes = [
  'starttls-not-supported',
  'certificate-host-mismatch',
  'certificate-expired',
  'certificate-not-trusted',
  'validation-failure',
  'tlsa-invalid',
  'dnssec-invalid',
  'dane-required',
  'sts-policy-fetch-error',
  'sts-policy-invalid',
  'sts-webpki-invalid',
];

test.describe('without signing in', () => {
  test.use({ signedIn: false });

  test('help explains every result type of RFC 8460 at a place of its own', async ({ page }) => {
    await page.goto('/help');
    for (const type of resultTypes) await expect(page.locator(`[id="${type}"]`)).toContainText(type);
  });
});

test('an unknown page is 404 and leads onward', async ({ page }) => {
  for (const path of ['/nowhere', '/domains/unknown.example', '/reports/999999999', '/log/999999999']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('main').getByRole('link').first()).toBeVisible();
  }
});
