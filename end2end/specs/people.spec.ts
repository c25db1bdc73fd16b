// People: invited by a link, given another role, and shown nothing that is not theirs.

import { createFirstUser, expect, test, user } from '../harness/test.ts';

test.use({ signedIn: false });

test('an invitation brings a viewer in, who becomes an editor', async ({ page, browser, fresh }, info) => {
  await createFirstUser(page, await fresh.setupLink());
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('People');
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByRole('region', { name: 'Send this link' }).locator('code').innerText();

  const context = await browser.newContext({ javaScriptEnabled: info.project.use.javaScriptEnabled });
  const guest = await context.newPage();
  await guest.goto(link);
  await guest.getByLabel('E-mail address').fill('bob@example.com');
  await guest.getByLabel('A password').fill(user.password);
  await guest.getByRole('button', { name: 'Create the account and join' }).click();
  await expect(guest.getByText('bob@example.com')).toBeVisible();
  await guest.goto(`${fresh.url}/settings/audit`);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Your role does not allow this');
  await guest.goto(link);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('This invitation is not valid');

  await page.goto(`${fresh.url}/settings/people`);
  await page.getByLabel('Role of bob@example.com').selectOption('editor');
  const changed = page.waitForResponse(/\/do\/change_role/);
  await page.getByRole('row').filter({ hasText: 'bob@example.com' }).getByRole('button', { name: 'Change' }).click();
  await changed;
  await page.goto(`${fresh.url}/settings/people`);
  await expect(page.getByLabel('Role of bob@example.com')).toHaveValue('editor');
  await guest.goto(fresh.url);
  await expect(guest).toHaveURL(/\/sign-in/);
  await context.close();
});

test('who runs the installation makes a workspace and switches back', async ({ page, fresh }) => {
  await createFirstUser(page, await fresh.setupLink());
  await fresh.command('domain', 'add', 'example.com');
  await page.goto(`${fresh.url}/settings/workspaces`);
  await page.getByLabel('Name of a new workspace').fill('Customer');
  await page.getByRole('button', { name: 'New workspace' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No domain is watched yet');
  const switcher = page.getByRole('banner').getByLabel('Workspace');
  await switcher.selectOption({ label: 'default' });
  await page.getByRole('banner').getByRole('button', { name: 'Switch' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await expect(page.getByRole('main')).toContainText('example.com');
});
