// The ingest log: nothing that arrived is lost, not even what nobody could read.

import { expect, test } from '../harness/test.ts';

test('an unreadable body is kept, and the reason is told', async ({ page, house }, info) => {
  const domain = `unreadable-${info.project.name}.example`;
  const [added] = await house.program.addDomains(domain);
  expect(await house.program.post(added!.address, '{"organization-name": "Broken', 'application/tlsrpt+json')).toBe(400);

  await page.goto('/log?outcome=unreadable');
  const row = page.getByRole('row').filter({ hasText: domain });
  await expect(row).toContainText(/unreadable/i);
  await row.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/log\/\w+/);
  await expect(page.getByRole('main')).toContainText('"organization-name": "Broken');
});

test('a counted delivery leads to its report', async ({ page }) => {
  await page.goto('/log?outcome=counted');
  await page.getByRole('table').getByRole('row').nth(1).getByRole('link', { name: /report/i }).click();
  await expect(page).toHaveURL(/\/reports\/\w+/);
});
