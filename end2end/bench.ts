// What a browser does with our pages, measured on the demo: how long its one thread is busy at a time on a machine four times as
// slow, and how long it takes from one page to the next. A page without anything in it, in the same run, is the baseline.

import { test, type Page } from '@playwright/test';
import { Program } from './harness/program.ts';
import { signIn } from './harness/test.ts';

const domain = '/domains/northmail.example';
const pages: Record<string, string> = {
  Overview: '/',
  Incidents: '/incidents',
  Domain: domain,
  'Domain, a year': `${domain}?days=365`,
  'Domain, History': `${domain}/history`,
  'Domain, Networks': `${domain}/networks`,
  'Domain, Records': `${domain}/records`,
  'Domain, MTA-STS': `${domain}/mta-sts`,
  'Domain, Settings': `${domain}/settings`,
  Reports: '/reports',
  'Ingest log': '/log',
  Tools: '/tools',
  Help: '/help',
  Account: '/account',
};
const slowDown = 4;
const rounds = 9;

declare global {
  interface Window {
    longest: number;
  }
}

test('what a browser does with our pages', async ({ browser }) => {
  const password = 'only for the figures';
  const demo = await Program.start(['demo', '--password', password], 240_000);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(demo.url);
    await signIn(page, password, 'demo@waxseal.example');
    await page.locator('.domains').waitFor();

    const empty = await longestTask(await context.newPage(), `${demo.url}/healthz`);
    row('', `longest task at ${slowDown} × slow-down`, 'from a click to the page', 'beside an empty page');
    const baseline = await median(() => visit(page, `${demo.url}/healthz`));
    row('an empty page', ms(empty), ms(baseline), '× 1.0');
    for (const [name, path] of Object.entries(pages)) {
      const fresh = await context.newPage();
      const longest = await longestTask(fresh, demo.url + path);
      await fresh.close();
      const time = await median(() => visit(page, demo.url + path));
      row(name, ms(longest), ms(time), `× ${(time / baseline).toFixed(1)}`);
    }
  } finally {
    await demo.stop();
  }
});

/** The longest that a page keeps the browser's thread busy while it loads and its islands come to life: 0 below 50 ms. */
async function longestTask(page: Page, url: string): Promise<number> {
  await page.addInitScript(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.waitForTimeout(300);
  return page.evaluate(() => window.longest);
}

/** From following a link to the moment at which the browser has the page drawn. */
async function visit(page: Page, url: string): Promise<number> {
  await page.goto(url, { waitUntil: 'load' });
  return page.evaluate(
    () =>
      new Promise<number>((done) => {
        const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
        const now = paint();
        if (now !== undefined) return done(now);
        new PerformanceObserver(() => done(paint() ?? 0)).observe({ type: 'paint', buffered: true });
      }),
  );
}

async function median(measure: () => Promise<number>): Promise<number> {
  const times = [];
  for (let round = 0; round < rounds; round++) times.push(await measure());
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)]!;
}

const ms = (time: number) => (time === 0 ? 'under 50 ms' : `${time.toFixed(0)} ms`);

function row(name: string, task: string, time: string, ratio: string): void {
  console.log(`    ${name.padEnd(20)}${task.padStart(32)}${time.padStart(28)}${ratio.padStart(24)}`);
}
