// The ingest log: nothing that arrived is lost, not even what nobody could read.

import { expect, test } from '../harness/test.ts';

test('an unreadable body is kept, and the reason is told', async ({ page, house }, info) => {
  const domain = `unreadable-${info.project.name}.example`;
  const [added] = await house.program.addDomains(domain);
  expect(await house.program.post(added!.address, '{"organization-name": "Broken', 'application/tlsrpt+json')).toBe(400);

  await page.goto('/log');
  await page.getByLabel('Outcome').selectOption('unreadable');
  await page.getByRole('button', { name: 'Show' }).click();
  const row = page.getByRole('row').filter({ hasText: domain });
  await row.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/log\/\w+/);
  await expect(page.locator('.lede')).toContainText('It is no report that can be read. The bytes are kept.');
  await expect(page.getByRole('note')).not.toBeEmpty(); // the reason
  await expect(page.getByRole('main')).toContainText('"organization-name": "Broken');
});

test('a counted delivery leads to its report', async ({ page }) => {
  await page.goto('/log?outcome=counted');
  await page.locator('.log tbody tr').first().getByRole('link').first().click();
  await page.getByRole('region', { name: 'Reports in it' }).getByRole('link').click();
  await expect(page).toHaveURL(/\/reports\/\w+/);
});
