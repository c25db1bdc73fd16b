// API tokens: made on a page without a script, shown once, good for a program until revoked.

import { expect, test } from '../harness/test.ts';

test('a token is shown once, lets a program in, and is revoked', async ({ page, request }, info) => {
  const name = `terraform ${info.project.name} ${info.repeatEachIndex}`;
  await page.goto('/settings/tokens');
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Make the token' }).click();
  await expect(page).toHaveURL(/\/settings\/tokens$/);
  const token = await page.locator('section', { hasText: 'Your new token' }).locator('code').innerText();
  expect(token).toMatch(/^wxs_[a-z2-7]{40}$/);

  const ask = async () => (await request.get('/api/v1/domains', { headers: { authorization: `Bearer ${token}` } })).status();
  expect(await ask()).toBe(200);
  await page.reload();
  await expect(page.getByText(token)).toHaveCount(0);
  await expect(page.getByRole('row', { name })).toContainText(token.slice(0, 8));

  await page.getByRole('button', { name: `Revoke ${name}`, exact: true }).click();
  await expect(page.getByRole('row', { name })).toHaveCount(0);
  expect(await ask()).toBe(401);
});

test('a name that is none is refused with the rule', async ({ page }) => {
  await page.goto('/settings/tokens');
  // The browser would refuse it first; here the server shall.
  await page.locator('main form').last().evaluate((form) => form.setAttribute('novalidate', ''));
  await page.getByRole('button', { name: 'Make the token' }).click();
  await expect(page.getByRole('alert')).toContainText('1 to 80 characters');
});
