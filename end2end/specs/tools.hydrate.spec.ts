// What a script adds to the tools: a judgement as one types, with copy buttons that work, at a URL that can be kept.

import { expect, test } from '../harness/test.ts';

test('a text is judged as it is typed', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/tools/lint', { waitUntil: 'networkidle' });
  const text = page.getByLabel('Text');
  const verdict = page.locator('#result').getByRole('heading');
  await text.pressSequentially('v=TLSRPTv1; rua=tls@example.net');
  await expect(verdict).toContainText('Invalid');
  await expect(text).toBeFocused();
  await expect(page).toHaveURL(/\/tools\/lint\?kind=tlsrpt&text=v%3DTLSRPTv1/);

  const copy = page.locator('#result').getByRole('button', { name: /Copy/ }).first();
  await copy.click();
  await expect(page.locator('#result')).toContainText('Copied');
  const corrected = await page.evaluate(() => navigator.clipboard.readText());
  expect(corrected).toBe('v=TLSRPTv1; rua=mailto:tls@example.net');
  await text.fill(corrected);
  await expect(verdict).toContainText('Valid');

  await text.fill('');
  await expect(verdict).toHaveCount(0);
});

test('what is typed stays text', async ({ page }) => {
  await page.goto('/tools/lint', { waitUntil: 'networkidle' });
  await page.getByLabel('Text').fill('v=TLSRPTv1; rua="><img src=x onerror=alert(1)><script>alert(1)</script>');
  await expect(page.locator('#result')).toContainText('<script>');
  await expect(page.locator('#result').locator('img, script')).toHaveCount(0);
});

test('another kind judges anew', async ({ page }) => {
  await page.goto('/tools/lint?kind=tlsrpt&text=v%3DSTSv1%3B+id%3D20260101', { waitUntil: 'networkidle' });
  await expect(page.locator('#result').getByRole('heading')).toContainText('Invalid');
  await page.getByLabel('What it is').selectOption('MTA-STS record');
  await expect(page.locator('#result').getByRole('heading')).toContainText('Valid');
});
