// From the link in the terminal to the first report on a page, by way of every wrong turn.

import { createFirstUser, expect, signIn, test, user } from '../harness/test.ts';
import { gzipped } from '../harness/reports.ts';

test.use({ signedIn: false });

test('the first user comes in through the printed link, and only once', async ({ page, fresh }) => {
  const link = await fresh.setupLink();
  await createFirstUser(page, link);
  await expect(page.getByRole('main')).toContainText(/add/i);

  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByLabel('Password', { exact: true })).toHaveCount(page.url().includes('/sign-in') ? 1 : 0);
});

test('a wrong set-up code creates nobody and says so', async ({ page, fresh }) => {
  const link = new URL(await fresh.setupLink());
  link.searchParams.set('code', 'not-the-code');
  await page.goto(link.href);
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button').filter({ hasText: /create/i }).click();
  await expect(page.getByRole('alert')).toContainText(/code/i);
  await page.goto(fresh.url);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a short password is refused with the rule', async ({ page, fresh }) => {
  await page.goto(await fresh.setupLink());
  await page.locator('form').evaluateAll((forms) => forms.forEach((form) => form.setAttribute('novalidate', '')));
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button').filter({ hasText: /create/i }).click();
  await expect(page.getByRole('alert')).toContainText('12');
});

test('a page asks to sign in and then shows itself', async ({ page }) => {
  await page.goto('/domains/example.com');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page, 'wrong horse battery staple');
  await expect(page.getByRole('alert')).toBeVisible();
  await signIn(page, user.password, 'nobody@example.com');
  await expect(page.getByRole('alert')).toBeVisible();
  await signIn(page);
  await expect(page).toHaveURL(/\/domains\/example\.com$/);
});

test('next leads nowhere but into this installation', async ({ page, house }) => {
  await page.goto('/sign-in?next=https%3A%2F%2Fevil.example%2F');
  await signIn(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  expect(new URL(page.url()).origin).toBe(house.program.url);
});

test('signing out ends the session, also for a copied cookie', async ({ page, context }) => {
  await page.goto('/sign-in');
  await signIn(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  const cookies = await context.cookies();
  await page.getByRole('button', { name: /sign out/i }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await context.addCookies(cookies);
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('from an empty overview to the first report', async ({ page, fresh }) => {
  await createFirstUser(page, await fresh.setupLink());
  await page.getByRole('main').getByRole('link', { name: /add/i }).first().click();
  await expect(page).toHaveURL(/\/domains\/add$/);
  await page.getByRole('textbox').first().fill('example.com\nExample.ORG.\nnot a domain\n');
  await page.getByRole('main').getByRole('button', { name: /add/i }).click();
  const main = page.getByRole('main');
  await expect(main).toContainText('example.com');
  await expect(main).toContainText('example.org');
  await expect(main).toContainText('not a domain');

  const added = (await fresh.command('domain', 'list', '--json')).trim().split('\n').map((line) => JSON.parse(line));
  expect(added.map((domain) => domain.domain)).toEqual(['example.com', 'example.org']);
  expect(await fresh.post(added[0].address, gzipped({ domain: 'example.com', successful: 1234 }))).toBe(201);

  await page.goto(fresh.url);
  const row = page.getByRole('row').filter({ hasText: 'example.com' });
  await expect(row).toContainText('1,234');
  await expect(row).toContainText('100 %');
});
