// From the link in the terminal to the first report on a page, by way of every wrong turn.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFirstUser, expect, fillSetUp, signIn, test, user } from '../harness/test.ts';
import { root } from '../harness/program.ts';
import { day } from '../harness/reports.ts';

test.use({ signedIn: false });

test('the printed link creates the first user, and nobody else', async ({ page, fresh }) => {
  const link = await fresh.setupLink();
  await createFirstUser(page, link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Getting started');
  await page.goto(fresh.url);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No domain is watched yet');

  await page.context().clearCookies();
  await page.goto(link);
  if (!page.url().includes('/sign-in')) await fillSetUp(page, 'another long password');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a wrong set-up code creates nobody and says so', async ({ page, fresh }) => {
  const link = new URL(await fresh.setupLink());
  link.searchParams.set('code', 'not-the-code');
  await page.goto(link.href);
  await fillSetUp(page, user.password);
  await expect(page.getByRole('alert')).toContainText('not the code');
  await page.goto(fresh.url);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a short password is refused with the rule', async ({ page, fresh }) => {
  await page.goto(await fresh.setupLink());
  // The browser would refuse it first; here the server shall.
  await page.locator('form').last().evaluate((form) => form.setAttribute('novalidate', ''));
  await fillSetUp(page, 'short');
  await expect(page.getByRole('alert')).toContainText('12 characters or more');
});

test('a page asks to sign in and then shows itself', async ({ page }) => {
  await page.goto('/domains/example.com');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  const refused = 'No account has this e-mail address and password.';
  await signIn(page, 'wrong horse battery staple');
  await expect(page.getByRole('alert')).toHaveText(refused);
  await signIn(page, user.password, 'nobody@example.com');
  await expect(page.getByRole('alert')).toHaveText(refused);
  await signIn(page);
  await expect(page).toHaveURL(/\/domains\/example\.com$/);
});

test('next leads nowhere but into this installation', async ({ page, house }) => {
  for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example/']) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
    expect(new URL(page.url()).origin).toBe(house.program.url);
  }
});

test('signing out ends the session, also for a copied cookie', async ({ page, context }) => {
  await page.goto('/sign-in');
  await signIn(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  const cookies = await context.cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await context.addCookies(cookies);
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('from an empty overview to the first report', async ({ page, fresh }) => {
  await createFirstUser(page, await fresh.setupLink());
  await page.getByRole('main').getByRole('link', { name: 'Add domains' }).click();
  await expect(page).toHaveURL(/\/domains\/add$/);
  await page.getByRole('main').getByRole('textbox').first().fill('example.com\nExample.ORG.\nno..domain\n');
  await page.getByRole('main').getByRole('button', { name: 'Add', exact: true }).click();
  const main = page.getByRole('main');
  await expect(main).toContainText('example.com');
  await expect(main).toContainText('example.org');
  await expect(main).toContainText('no..domain');

  const added = (await fresh.command('domain', 'list', '--json')).trim().split('\n').map((line) => JSON.parse(line));
  expect(added.map((domain) => domain.domain)).toEqual(['example.com', 'example.org']);
  // As README has it: the sample, with yesterday's date.
  const sample = (await readFile(join(root, 'docs/examples/report.json'), 'utf8')).replaceAll('2026-11-20', day(1));
  expect(await fresh.post(added[0].address, sample, 'application/tlsrpt+json')).toBe(201);

  await page.goto(fresh.url);
  const row = page.getByRole('row').filter({ hasText: 'example.com' });
  await expect(row).toContainText('Warning');
  await expect(row).toContainText('1,253');
  await expect(row).toContainText('3 failed');
});
