// How every page looks: the demo as it stood on one day, beside the picture that is kept of it under looks/.
//
// A picture shows the page at half its size, with letters of a package: those of the system differ from machine to machine. A page
// that is meant to look otherwise gets a new one by `make looks`; look at it before you keep it.

import { readFile } from 'node:fs/promises';
import { test as base, expect, type Page } from '@playwright/test';
import { chromium } from '../harness/chromium.ts';
import { Program } from '../harness/program.ts';
import { signIn, watchPage } from '../harness/test.ts';

/** A letter may be drawn a little differently; a line may not be lost. Long pages take busy machines their time. */
const tolerance = { maxDiffPixelRatio: 0.002, threshold: 0.3, timeout: 30_000 };
/** Of longer pages, the rest is more of the same. */
const most = 6_000;
const password = 'only for the pictures';
const domain = '/domains/northmail.example';
const desk = { width: 1440, height: 900 };

const pages: Record<string, string> = {
  overview: '/',
  'overview-nothing-found': '/?q=nowhere',
  incidents: '/incidents',
  domain,
  'domain-a-year-filtered': `${domain}?days=365&mx=mx2.northmail.example`,
  'domain-dane': '/domains/harbour.example',
  'domain-clean': '/domains/lindenhof.example',
  'domain-silent': '/domains/observatory.example',
  'domain-waiting': '/domains/alte-muehle.example',
  'domain-reports': `${domain}/reports?failing=some`,
  'domain-history': `${domain}/history`,
  'domain-networks': `${domain}/networks`,
  'domain-records': `${domain}/records`,
  'domain-mta-sts': `${domain}/mta-sts`,
  'domain-settings': `${domain}/settings`,
  'domain-test': `${domain}/test`,
  'domain-monthly': `${domain}/monthly?month=2026-04`,
  'domain-share': `${domain}/share`,
  'domain-remove': `${domain}/remove`,
  'add-domains': '/domains/add',
  'edit-domains': '/domains/edit',
  records: '/records',
  start: '/start',
  reports: '/reports',
  log: '/log',
  'read-again': '/log/read-again',
  upload: '/upload',
  tools: '/tools',
  'tools-lint': '/tools/lint?kind=tlsrpt&text=V%3DTLSRPTv1%3B+rua%3Dtls%40example.net',
  'tools-build': '/tools/build?domain=example.com&rua=mailto%3Atls%40example.net',
  'tools-report': '/tools/report',
  'settings-people': '/settings/people',
  'settings-workspaces': '/settings/workspaces',
  'settings-audit': '/settings/audit',
  'settings-mail': '/settings/mail',
  'settings-mailboxes': '/settings/mailboxes',
  'settings-retention': '/settings/retention',
  'settings-tokens': '/settings/tokens',
  'settings-trust': '/settings/trust',
  help: '/help',
  'help-api': '/help/api',
  'help-standards': '/help/standards',
  'help-troubleshooting': '/help/troubleshooting',
  'help-findings': '/help#findings',
  components: '/help/components',
  account: '/account',
  'no-such-page': '/nowhere',
};

/** Those that are looked at most, also narrow and dark. */
const often = ['overview', 'incidents', 'domain', 'reports', 'help'];

const strangers: Record<string, string> = {
  'sign-in': '/sign-in',
  'forgot-password': '/forgot-password',
  'link-that-is-over': '/reset-password?link=x',
};

/** Letters of the same outlines, drawn in the same way. */
const letters = [
  { family: 'Looks Sans', weights: '100 500', file: 'DejaVuSans.ttf' },
  { family: 'Looks Sans', weights: '501 900', file: 'DejaVuSans-Bold.ttf' },
  { family: 'Looks Mono', weights: '100 900', file: 'DejaVuSansMono.ttf' },
];

// Nothing of the usual house: the demo, once for all.
const test = base.extend<object, { demo: { program: Program; page: Page } }>({
  demo: [
    async ({ browser }, use) => {
      const program = await Program.start(['demo', '--at', '2026-05-04', '--password', password], 240_000);
      const context = await browser.newContext({
        viewport: desk,
        deviceScaleFactor: 0.5,
        colorScheme: 'light',
        locale: 'en-GB',
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
        // For the style sheet below.
        bypassCSP: true,
      });
      for (const { file } of letters) {
        const path = import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`);
        const body = await readFile(new URL(path));
        await context.route(`**/${file}`, (route) => route.fulfill({ body, contentType: 'font/ttf' }));
      }
      await use({ program, page: await context.newPage() });
      await context.close();
      await program.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

const args = ['--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb'];
test.use({ launchOptions: { ...chromium.launchOptions, args: [...chromium.launchOptions.args, ...args] } });

test('every page looks as it is meant to', async ({ demo: { program, page } }) => {
  test.setTimeout(600_000);
  const seen = watchPage(page);
  for (const [name, path] of Object.entries(strangers)) await compare(page, name, program.url + path);
  await page.goto(`${program.url}/sign-in`);
  await signIn(page, password, 'demo@waxseal.example');
  await page.locator('.domains').waitFor();
  for (const [name, path] of Object.entries(pages)) await compare(page, name, program.url + path);
  for (const [name, list, link] of [
    ['report', '/reports?failing=some', 'main table a[href^="/reports/"]'],
    ['delivery', '/log?outcome=quarantined', 'main table a[href^="/log/"]'],
  ] as const) {
    await page.goto(program.url + list);
    await compare(page, name, program.url + (await page.locator(link).first().getAttribute('href')));
  }
  for (const name of often) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await compare(page, `${name}-dark`, program.url + pages[name]);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 360, height: 740 });
    await compare(page, `${name}-narrow`, program.url + pages[name]);
    await page.setViewportSize(desk);
  }
  expect(seen).toEqual([]);
});

async function compare(page: Page, name: string, url: string): Promise<void> {
  await page.goto(url);
  // The last island of a page is awake.
  const last = page.locator('.foot leptos-island');
  if (await last.count()) await expect(last.getByRole('button', { name: 'Keys' })).toBeVisible();
  const faces = letters.map(
    ({ family, weights, file }) => `@font-face { font-family: "${family}"; font-weight: ${weights}; src: url(/${file}) }`,
  );
  const used = ':root { font-family: "Looks Sans" !important } code, pre, .recovery-codes { font-family: "Looks Mono" !important }';
  // What is laid out only when it comes near would be drawn as tall as it was guessed to be.
  const all = '* { content-visibility: visible !important }';
  await page.addStyleTag({ content: [...faces, used, all].join(' ') });
  await page.evaluate(settle);
  const fonts = letters.map(({ family, weights }) => `${weights.split(' ')[0]} 1em "${family}"`);
  await page.evaluate((fonts) => Promise.all(fonts.map((font) => document.fonts.load(font))), fonts);
  const { width, height, y } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    height: document.documentElement.scrollHeight,
    // A picture of a part begins where that part does.
    y: Math.round(scrollY + (document.querySelector(':target')?.getBoundingClientRect().top ?? -scrollY)),
  }));
  const clip = { x: 0, y, width, height: Math.min(height - y, most) };
  await expect.soft(page).toHaveScreenshot(`${name}.png`, { fullPage: true, clip, scale: 'device', ...tolerance });
}

/** What differs from one run to the next becomes the same: report addresses, keys, ports and the browser's version. */
function settle(): void {
  const same = (text: string) =>
    text
      .replace(/\b[a-z2-7]{26}\b/g, 'abcdefghijklmnopqrstuvwxyz')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:3000')
      .replace(/Chrom(e|ium)\W\d[\d.]*/g, 'Chromium');
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const before = text.textContent ?? '';
    if (same(before) !== before) text.textContent = same(before);
  }
  document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea').forEach((field) => {
    if (field.type !== 'file') field.value = same(field.value);
  });
}
