// Keys that lead from page to page: a script's gift, and never taken from a field.

import { expect, test } from '../harness/test.ts';

test('two keys lead to a page', async ({ page }) => {
  await page.goto('/', { waitUntil: 'networkidle' });
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page).toHaveURL(/\/reports$/);
});

test('the question mark shows the keys, and Escape ends it', async ({ page }) => {
  await page.goto('/log', { waitUntil: 'networkidle' });
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText('Overview');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Keys' }).click();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
});

test('what is typed into a field goes into the field', async ({ page }) => {
  await page.goto('/reports', { waitUntil: 'networkidle' });
  await page.keyboard.press('/');
  const field = page.getByLabel('Reporter');
  await expect(field).toBeFocused();
  await page.keyboard.type('g?r/');
  await expect(field).toHaveValue('g?r/');
  await expect(page).toHaveURL(/\/reports$/);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
