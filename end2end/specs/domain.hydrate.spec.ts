// What a script adds to the page of a domain: the read-out under the pointer and under the arrow keys.

import { expect, test } from '../harness/test.ts';

test('the chart reads a day out under the pointer and under the keys', async ({ page }) => {
  await page.goto('/domains/example.com');
  await expect(page.getByRole('main')).toBeVisible();
});
