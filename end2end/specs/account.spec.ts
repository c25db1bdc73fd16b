// One's own account: password, address, sessions, a second step; with a mail server and an identity provider that are not ours.

import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { client, IdentityProvider } from '../harness/identity-provider.ts';
import { link, Mailbox } from '../harness/mailbox.ts';
import { freePort, Program } from '../harness/program.ts';
import { createFirstUser, expect, signIn, test, user } from '../harness/test.ts';

test.use({ signedIn: false });

const better = 'a new and much better password';

/** The code that an authenticator app shows, some steps of 30 seconds from now (RFC 6238). */
function code(secret: string, steps = 0): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/\s/g, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A part of the account page. */
const part = (page: Page, name: string) => page.getByRole('region', { name });

test('a password is changed by who knows the present one', async ({ page, fresh }) => {
  await createFirstUser(page, await fresh.setupLink());
  await page.getByRole('link', { name: user.email }).click();
  const password = part(page, 'Password');
  await password.getByLabel('Your present password').fill('not the present one');
  await password.getByLabel('A new password').fill(better);
  await password.getByRole('button').click();
  await expect(password.getByRole('alert')).toContainText('The present password is another');
  await password.getByLabel('Your present password').fill(user.password);
  await password.getByLabel('A new password').fill('Qwertyuiop-1234');
  await password.getByRole('button').click();
  await expect(password.getByRole('alert')).toContainText('among the first that anybody would try');
  await password.getByLabel('Your present password').fill(user.password);
  await password.getByLabel('A new password').fill(better);
  await password.getByRole('button').click();
  await expect(password.getByRole('status')).toContainText('Your new password is set');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page);
  await expect(page.getByRole('alert')).toBeVisible();
  await signIn(page, better);
  await expect(page).toHaveURL(/\/$/);
});

test('another session is seen and signed out', async ({ page, fresh, browser }) => {
  await createFirstUser(page, await fresh.setupLink());
  const elsewhere = await browser.newContext({ userAgent: 'Mozilla/5.0 (Android 16; Mobile) Gecko/143.0 Firefox/143.0' });
  const other = await elsewhere.newPage();
  await other.goto(`${fresh.url}/sign-in`);
  await signIn(other);
  await page.goto(`${fresh.url}/account`);
  const row = page.getByRole('row').filter({ hasText: 'Firefox on Android' });
  await expect(page.getByRole('row').filter({ hasText: 'This session' })).toHaveCount(1);
  await row.getByRole('button').click();
  await expect(part(page, 'Where you are signed in').getByRole('status')).toContainText('signed out');
  await expect(row).toHaveCount(0);
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await elsewhere.close();
});

test('signing in asks for a code of the app, or a recovery code', async ({ page, fresh }) => {
  await createFirstUser(page, await fresh.setupLink());
  await page.goto(`${fresh.url}/account`);
  const step = part(page, 'Second step of signing in');
  await step.getByLabel('Your present password').fill(user.password);
  await step.getByRole('button', { name: 'Set up an authenticator app' }).click();
  await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible();
  const secret = await page.locator('.command code').innerText();
  await page.getByLabel('Code', { exact: true }).fill(code(secret, -1));
  await page.getByRole('button', { name: 'Switch the second step on' }).click();
  await expect(page.getByRole('heading', { name: 'Recovery codes' })).toBeVisible();
  const codes = await page.locator('.recovery-codes li').allInnerTexts();
  expect(codes).toHaveLength(10);
  await page.reload();
  await expect(page.getByRole('main')).toContainText('Recovery codes are shown once');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page);
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await page.getByLabel('Code').fill(codes[0]!.toUpperCase());
  await page.getByRole('main').getByRole('button').click();
  await expect(page).toHaveURL(/\/$/);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page);
  await page.getByLabel('Code').fill(codes[0]!);
  await page.getByRole('main').getByRole('button').click();
  await expect(page.getByRole('alert')).toContainText('not right, or was used before');
  await page.getByLabel('Code').fill(code(secret));
  await page.getByRole('main').getByRole('button').click();
  await expect(page).toHaveURL(/\/$/);
});

test.describe('with a mail server', () => {
  let mailbox: Mailbox;
  let program: Program;
  test.beforeAll(async () => {
    mailbox = await Mailbox.open();
    program = await Program.start(['serve'], 20_000, mailbox.settings);
  });
  test.afterAll(async () => {
    await program.stop();
    await mailbox.close();
  });

  test('mails arrive, and their links do what they say', async ({ page }) => {
    await createFirstUser(page, await program.setupLink());
    await page.goto(`${program.url}/settings/mail`);
    await page.getByRole('button', { name: 'Send a test message' }).click();
    await expect(page.getByRole('status')).toContainText('The mail server took the test message');
    expect((await mailbox.next(user.email)).content).toContain('Mails of Waxseal arrive.');
    expect(await program.command('mail', 'test', 'ada@example.org')).toContain('took the message to ada@example.org');
    await mailbox.next('ada@example.org');

    await page.goto(`${program.url}/account`);
    const email = part(page, 'E-mail address');
    await email.getByLabel('A new e-mail address').fill('new@example.com');
    await email.getByLabel('Your present password').fill(user.password);
    await email.getByRole('button').click();
    await expect(email.getByRole('status')).toContainText('on its way to the new address');
    await page.goto(link(await mailbox.next('new@example.com'), 'confirm-email'));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('link', { name: 'new@example.com' })).toBeVisible();
    expect((await mailbox.next(user.email)).content).toContain('new@example.com');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Forgot password?' }).click();
    await page.getByLabel('Your e-mail address').fill('new@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect(page.getByRole('status')).toContainText('If an account has this e-mail address');
    const reset = link(await mailbox.next('new@example.com'), 'reset-password');
    await page.goto(reset);
    await page.getByLabel('A new password').fill(better);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await expect(page.getByRole('status')).toContainText('Your new password is set');
    await signIn(page, better, 'new@example.com');
    await expect(page).toHaveURL(/\/$/);
    expect((await mailbox.next('new@example.com')).content).toContain('was changed');
    expect((await page.goto(reset))!.status()).toBe(410);
  });
});

test.describe('with an identity provider', () => {
  let provider: IdentityProvider;
  let program: Program;
  test.beforeAll(async () => {
    const port = await freePort();
    program = await Program.start(['serve'], 20_000, {
      WAXSEAL_OPENID_CONNECT__ISSUER: `http://127.0.0.1:${port}`,
      WAXSEAL_OPENID_CONNECT__CLIENT_ID: client.id,
      WAXSEAL_OPENID_CONNECT__CLIENT_SECRET: client.secret,
      WAXSEAL_OPENID_CONNECT__NAME: 'Example ID',
      WAXSEAL_OPENID_CONNECT__ALLOWED_DOMAINS: 'example.com',
      WAXSEAL_OPENID_CONNECT__CREATE: 'true',
    });
    provider = await IdentityProvider.listen(port, `${program.url}/sign-in/openid-connect/callback`, {
      admin: { email: user.email, email_verified: true },
      bob: { email: 'bob@example.com', email_verified: true },
      eve: { email: 'eve@example.net', email_verified: true },
      mallory: { email: user.email, email_verified: false },
    });
  });
  test.afterAll(async () => {
    await provider.stop();
    await program.stop();
  });

  /** Signs in there, as a new visitor. */
  async function comeAs(page: Page, login: string, wanted = '/sign-in'): Promise<void> {
    await page.context().clearCookies();
    await page.goto(`${program.url}${wanted}`);
    await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
    await page.locator('[name=login]').fill(login);
    await page.locator('[name=password]').fill('any will do there');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  test('people come in by who they are there, and strangers do not', async ({ page }) => {
    await createFirstUser(page, await program.setupLink());
    await comeAs(page, 'admin', '/log');
    await expect(page).toHaveURL(`${program.url}/log`);
    await expect(page.getByRole('link', { name: user.email })).toBeVisible();

    await comeAs(page, 'bob');
    await page.getByRole('link', { name: 'bob@example.com' }).click();
    await expect(page.getByRole('main')).toContainText('viewer of the workspace default');
    await expect(part(page, 'Password')).toContainText('have no password here');
    await comeAs(page, 'bob');
    await expect(page.getByRole('link', { name: 'bob@example.com' })).toBeVisible();

    await comeAs(page, 'eve');
    await expect(page.getByRole('alert')).toContainText('none of the domains');
    await comeAs(page, 'mallory');
    await expect(page.getByRole('alert')).toContainText('no e-mail address that was verified');
  });

  test('an answer that nobody asked for signs nobody in', async ({ page }) => {
    await page.goto(`${program.url}/sign-in/openid-connect/callback?code=x&state=x`);
    await expect(page.getByRole('alert')).toContainText('did not work');
    const answers: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/callback?')) answers.push(response.url());
    });
    await comeAs(page, 'bob');
    await expect(page.getByRole('link', { name: 'bob@example.com' })).toBeVisible();
    await page.context().clearCookies();
    await page.goto(answers[0]!);
    await expect(page.getByRole('alert')).toContainText('did not work');
  });
});
