// What every spec starts from: a running program with reports in it, a signed-in page, and a watch over both.

import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { Internet } from './internet.ts';
import { Program, type AddedDomain } from './program.ts';
import { certificateExpired, gzipped, type Content } from './reports.ts';

export { expect };

export const user = { email: 'admin@example.com', password: 'correct horse battery staple' };

/** A program that has been in use for a month. Shared by the specs of a worker: they read it, or add domains of their own. */
export interface House {
  program: Program;
  state: Awaited<ReturnType<BrowserContext['storageState']>>;
  /** Failures for three days, enforce; the certificate of an MX host has expired, and its records are faulty. */
  failing: AddedDomain;
  /** A month without a failure, and nothing wrong with it. */
  clean: AddedDomain;
  /** No report yet; its record stands at a wrong name. */
  waiting: AddedDomain;
}

interface Options {
  /** Whether the page's visitor is signed in. */
  signedIn: boolean;
}

interface Fixtures {
  /** A program of this test's own, without users or domains. */
  fresh: Program;
  /** Fails the test on a dialog, a script error, a broken Content-Security-Policy or a request to elsewhere. */
  watch: void;
}

export const test = base.extend<Options & Fixtures, { house: House }>({
  signedIn: [true, { option: true }],

  house: [
    async ({ browser }, use, info) => {
      const internet = await Internet.start();
      const program = await Program.start(['serve'], 20_000, internet.settings);
      const context = await browser.newContext({ javaScriptEnabled: info.project.use.javaScriptEnabled });
      const page = await context.newPage();
      await createFirstUser(page, await program.setupLink());
      const state = await context.storageState();
      await context.close();
      const [failing, clean, waiting] = await program.addDomains('example.com', 'example.org', 'example.net');
      const house = { program, state, failing: failing!, clean: clean!, waiting: waiting! };
      await fill(house);
      await use(house);
      await program.stop();
      await internet.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  baseURL: async ({ house }, use) => use(house.program.url),
  storageState: async ({ house, signedIn }, use) => use(signedIn ? house.state : { cookies: [], origins: [] }),

  fresh: async ({}, use) => {
    const program = await Program.start();
    await use(program);
    await program.stop();
  },

  watch: [
    async ({ page }, use) => {
      const seen = watchPage(page);
      await use();
      expect(seen).toEqual([]);
    },
    { auto: true },
  ],
});

/** Collects everything a page of ours must never do. */
export function watchPage(page: Page): string[] {
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    // A page that is meant to be answered 4xx is told to the console by the browser; that is no fault.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) seen.push(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    // The pages of npm's oidc-provider ask for fonts.
    const isOurs = !request.frame().url().includes('/interaction/');
    if (isOurs && url.protocol !== 'data:' && url.hostname !== '127.0.0.1') seen.push(`request to elsewhere: ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== 'document') {
      seen.push(`${response.status()} for ${response.url()}`);
    }
  });
  return seen;
}

export async function createFirstUser(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await fillSetUp(page, user.password);
  await expect(page).toHaveURL(/\/start$/);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

export async function fillSetUp(page: Page, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(user.email);
  await page.getByLabel('A password').fill(password);
  await page.getByRole('button', { name: 'Create the account' }).click();
}

export async function signIn(page: Page, password = user.password, email = user.email): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}

/** Thirty days of reports from three senders, posted. */
async function fill({ program, failing, clean }: House): Promise<void> {
  const reports: [AddedDomain, Content][] = [];
  for (let ago = 1; ago <= 30; ago++) {
    for (const organization of ['Alpha Mail', 'Beta Post']) {
      const contact = `tls@${organization.split(' ')[0]!.toLowerCase()}.example`;
      reports.push([clean, { domain: clean.domain, organization, contact, ago, successful: 200 + ago }]);
      const failures = ago <= 3 ? [certificateExpired(failing.domain, 7 * ago)] : [];
      reports.push([failing, { domain: failing.domain, organization, contact, ago, successful: 400 + ago, failures }]);
    }
  }
  for (const [to, content] of reports) {
    const status = await program.post(to.address, gzipped(content));
    if (status < 200 || status > 299) throw new Error(`a report was answered ${status}`);
  }
}
