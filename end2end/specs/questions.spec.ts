// The eight questions that every page exists to answer, asked of the sample data: each is answered by text that can be seen,
// at most two clicks after signing in, with a script and without.

import { expect, test as base, type Page } from '@playwright/test';
import { Program } from '../harness/program.ts';
import { signIn, watchPage } from '../harness/test.ts';

const email = 'demo@waxseal.example';
const password = 'correct-horse-battery';

/** The overview, just after signing in, with a count of the clicks that follow. */
class Start {
  private clicks = 0;

  constructor(readonly page: Page) {}

  /** Follows a link that can be seen, and is there when it returns. */
  async follow(name: string): Promise<void> {
    this.clicks += 1;
    expect(this.clicks, 'clicks since signing in').toBeLessThanOrEqual(2);
    const link = this.page.getByRole('link', { name, exact: true }).first();
    const path = (await link.getAttribute('href'))!;
    await link.click();
    await expect(this.page).toHaveURL(path);
  }

  /** Asks whether the page's text says this, as it is seen. */
  async says(...answers: (string | RegExp)[]): Promise<void> {
    const main = this.page.getByRole('main');
    for (const answer of answers) await expect(main).toContainText(answer, { useInnerText: true });
  }
}

const test = base.extend<{ start: Start }, { demo: Program }>({
  demo: [
    async ({}, use) => {
      const demo = await Program.start(['demo', '--password', password], 120_000);
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  start: async ({ browser, demo }, use, info) => {
    const context = await browser.newContext({ javaScriptEnabled: info.project.use.javaScriptEnabled, baseURL: demo.url });
    const page = await context.newPage();
    const seen = watchPage(page);
    await page.goto('/sign-in');
    await signIn(page, password, email);
    await expect(page).toHaveURL(/\/$/);
    await use(new Start(page));
    expect(seen).toEqual([]);
    await context.close();
  },
});

test('1: is anything broken now, and for which domain?', async ({ start }) => {
  await start.says(/Some mail to \d+ domains is not delivered/, 'northmail.example', 'harbour.example');
});

test('2: is mail not delivered, or delivered and reported?', async ({ start }) => {
  // Enforce keeps it back.
  await start.follow('northmail.example');
  await start.says('not delivered');
  await start.page.goBack();
  // Testing lets it through.
  await start.follow('kestrel.example');
  await start.says('delivered without the protection asked for');
});

test('3: which MX host, and which cause?', async ({ start }) => {
  await start.says('Certificate expired on mx2.northmail.example', 'TLSA records do not match on mx1.harbour.example');
});

test('4: since when, how many sessions, which senders?', async ({ start }) => {
  await start.follow('northmail.example');
  const main = start.page.getByRole('main');
  await expect(main.getByText(/(from|since) \d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/i).first()).toBeVisible();
  await start.says(/[\d,]+ sessions/, /\d+ reporters/, 'Google', 'Microsoft');
});

test('5: is it ours to fix, the sender’s, or the policy host’s?', async ({ start }) => {
  await start.follow('northmail.example');
  await start.says(/Whose fault/i, /Ours/);
});

test('6: what step fixes it, and did the fix work?', async ({ start }) => {
  await start.says('Renew the certificate of that MX host.');
  // Mended a month ago, and clean since.
  await start.follow('lindenhof.example');
  await start.says(/resolved|days clean/i);
});

test('7: are the usual reporters still reporting?', async ({ start }) => {
  await start.follow('brasserie-lune.example');
  await start.says('Mail.ru', /silent/i, 'Google');
});

test('8: may we go to enforce?', async ({ start }) => {
  await start.follow('fjord-travel.example');
  await start.says(/ready for enforce/i);
});
