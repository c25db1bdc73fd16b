// What a browser does with our pages, measured on the demo: how long its one thread is busy at a time on a machine four times as
// slow, and how long it takes from one page to the next. A page without anything in it, in the same run, is the baseline.

import { test, type Page } from '@playwright/test';
import { Program } from './harness/program.ts';
import { Tab } from './harness/tab.ts';
import { signIn } from './harness/test.ts';

const domain = '/domains/northmail.example';
/** Pages by the page from which a link leads there. */
const pages: Record<string, { path: string; from: string }> = {
  Overview: { path: '/', from: '/incidents' },
  Incidents: { path: '/incidents', from: '/' },
  Domain: { path: domain, from: '/' },
  'Domain, a year': { path: `${domain}?days=365`, from: domain },
  'Domain, History': { path: `${domain}/history`, from: domain },
  'Domain, Networks': { path: `${domain}/networks`, from: domain },
  'Domain, Records': { path: `${domain}/records`, from: domain },
  'Domain, MTA-STS': { path: `${domain}/mta-sts`, from: domain },
  'Domain, Settings': { path: `${domain}/settings`, from: domain },
  Reports: { path: '/reports', from: '/' },
  'Ingest log': { path: '/log', from: '/' },
  Tools: { path: '/tools', from: '/' },
  Help: { path: '/help', from: '/' },
  Account: { path: '/account', from: '/' },
};
/** A page without anything in it. */
const nothing = '/healthz';
/** How long a pointer rests on a link before it is followed, in milliseconds. */
const rest = 400;
const slowDown = 4;
const rounds = 5;

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

    // A tab of its own, in which the browser has already done what it does once, as when people go from page to page.
    const slow = await slowed(await context.newPage());
    await longestTask(slow, demo.url);
    const longest = new Map<string, number>();
    for (const path of [nothing, ...Object.values(pages).map(({ path }) => path)]) {
      longest.set(path, await median(() => longestTask(slow, demo.url + path)));
    }
    // What slows it down keeps a core busy for as long as it is open.
    await slow.close();

    const tab = await Tab.open(browser, context);
    const shown = (from: string, path: string) => median(async () => (await tab.follow(demo.url + from, path, rest)).shown);
    const baseline = await shown('', nothing);
    row('', `longest task at ${slowDown} × slow-down`, 'from a click to the page', 'beside an empty page');
    row('an empty page', ms(longest.get(nothing)!), ms(baseline), '× 1.0');
    for (const [name, { path, from }] of Object.entries(pages)) {
      const time = await shown(from, path);
      row(name, ms(longest.get(path)!), ms(time), `× ${(time / baseline).toFixed(1)}`);
    }
    await tab.close();
  } finally {
    await demo.stop();
  }
});

/** A page on a machine so much slower, which notes how long its thread is busy at a time. */
async function slowed(page: Page): Promise<Page> {
  await page.addInitScript(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
  return page;
}

/** The longest that a page keeps the browser's thread busy while it loads and its islands come to life: 0 below 50 ms. */
async function longestTask(page: Page, url: string): Promise<number> {
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.waitForTimeout(300);
  return page.evaluate(() => window.longest);
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
