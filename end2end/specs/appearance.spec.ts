// Every page, light and dark, on a phone and on a desk: readable by everyone, nothing cut off.

import { AxeBuilder } from '@axe-core/playwright';
import { day } from '../harness/reports.ts';
import { expect, test } from '../harness/test.ts';
import { certificateExpired, report } from '../harness/reports.ts';
import { share } from '../harness/share.ts';
import type { Page } from '@playwright/test';

const pages: Record<string, { path: string; signedIn?: boolean }> = {
  Overview: { path: '/' },
  'a search without a match': { path: '/?q=nowhere' },
  'Add domains': { path: '/domains/add' },
  'Edit domains': { path: '/domains/edit' },
  'an empty archive': { path: '/domains/edit?show=archived' },
  'an addition': { path: 'addition' },
  Incidents: { path: '/incidents' },
  'incidents without a match': { path: '/incidents?q=nowhere' },
  'records to publish': { path: '/records' },
  'Getting started': { path: '/start' },
  'a domain’s settings': { path: '/domains/example.com/settings' },
  'a domain’s test report': { path: '/domains/example.com/test' },
  'a domain’s share links': { path: 'share' },
  'a month of a failing domain': { path: `/domains/example.com/monthly?month=${day(1).slice(0, 7)}` },
  'a month without reports': { path: '/domains/example.net/monthly?month=2026-02' },
  'a shared domain': { path: 'shared', signedIn: false },
  'a share link that is over': { path: '/shared/x', signedIn: false },
  'removing a domain': { path: '/domains/example.com/remove' },
  'a failing domain': { path: '/domains/example.com' },
  'a domain of last year': { path: '/domains/example.com?days=365' },
  'a filtered domain': { path: '/domains/example.com?mx=mx2.example.com&policy=sts&mode=enforce&trust=unsigned' },
  'a range that is none': { path: '/domains/example.com?from=2026-02-30&to=2026-03-01' },
  'failures by network': { path: '/domains/example.com/networks' },
  'a domain’s MTA-STS': { path: '/domains/example.com/mta-sts?level=none' },
  'a clean domain': { path: '/domains/example.org' },
  'a waiting domain': { path: '/domains/example.net' },
  'a domain’s reports': { path: '/domains/example.com/reports' },
  'a domain’s history': { path: '/domains/example.com/history?days=365' },
  'the history of a clean domain': { path: '/domains/example.org/history' },
  'a domain’s records': { path: '/domains/example.com/records' },
  'a report': { path: 'report' },
  'all reports': { path: '/reports' },
  'reports that are not there': { path: '/reports?reporter=nobody&failing=all' },
  'the ingest log': { path: '/log' },
  'a delivery': { path: 'delivery' },
  'reading again': { path: '/log/read-again' },
  'uploading reports': { path: '/upload?done=1&left=2&error=too-large' },
  Tools: { path: '/tools' },
  'a look-up': { path: '/tools/look-up?domain=nowhere.example' },
  'a lint of a faulty record': { path: '/tools/lint?kind=tlsrpt&text=V%3DTLSRPTv1%3B+rua%3Dtls%40example.net%2C+http%3A%2F%2Fr.example' },
  'a lint of a policy': { path: '/tools/lint?kind=policy&text=version%3A+STSv1%0D%0Amode%3A+enforced%0D%0Amax_age%3A+1&mx=mx1.example.com' },
  'a plan of records': { path: '/tools/build?domain=example.com&rua=mailto%3Atls%40example.net+tls%40example.net&mx=mx1.example.com' },
  People: { path: '/settings/people' },
  Workspaces: { path: '/settings/workspaces' },
  'the audit log': { path: '/settings/audit' },
  'how long things are kept': { path: '/settings/retention?bodies=7&failures=7' },
  'an invitation that is not valid': { path: '/join?code=none', signedIn: false },
  Mailboxes: { path: '/settings/mailboxes' },
  'a mailbox': { path: 'mailbox' },
  'API tokens': { path: 'tokens' },
  Trust: { path: '/settings/trust' },
  'a report that is read': { path: 'read' },
  Help: { path: '/help' },
  'a search in help': { path: '/help?q=untrusted+root' },
  'a search in help without a match': { path: '/help?q=marmalade' },
  'the standards': { path: '/help/standards', signedIn: false },
  Troubleshooting: { path: '/help/troubleshooting' },
  'every component': { path: '/help/components' },
  'Help on the API': { path: '/help/api' },
  'your account': { path: '/account' },
  'recovery codes': { path: '/account/recovery-codes' },
  Mail: { path: '/settings/mail' },
  'a forgotten password': { path: '/forgot-password', signedIn: false },
  'a link that is over': { path: '/reset-password?link=x', signedIn: false },
  'an unknown page': { path: '/nowhere' },
  'Sign in': { path: '/sign-in', signedIn: false },
};

// The audit itself is a script. Where pages shall have none, ours is replaced by one that never gets ready.
test.use({ javaScriptEnabled: true });
const idle = { contentType: 'text/javascript', body: 'export default () => new Promise(() => {});' };

const phone = 360;
/** The narrowest window in which lists are tables. */
const tablet = 833;
const desk = 1440;
/** Nine tenths of an audit's time. Themes and widths are what it depends on, so each run has one width, and both themes on it. */
const contrast = 'color-contrast';

for (const [name, { path, signedIn }] of Object.entries(pages)) {
  test.describe(() => {
    if (signedIn === false) test.use({ signedIn });
    test(name, async ({ page, house, browser }, info) => {
      test.slow();
      if (info.project.name === 'no-js') await page.route(/\/pkg\/.*\.js$/, (route) => route.fulfill(idle));
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await open(page, path === 'shared' ? await share(browser, house, 'example.com') : path);
      await page.evaluate(layOutAll);
      for (const width of [phone, tablet, desk]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `px wider than a screen of ${width}`).toBeLessThanOrEqual(0);
        if (width === tablet) continue;
        expect(await faults(audit(page).disableRules(contrast)), `${width} px wide`).toEqual([]);
      }
      const width = info.project.name === 'js' ? desk : phone;
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await faults(audit(page).withRules(contrast)), `${width} px wide, ${colorScheme}`).toEqual([]);
      }
    });
  });
}

/** An audit of the page, in the page itself: ours have no frames. That, and that only what is wrong is brought back from there,
 * makes it twice as fast. */
const audit = (page: Page) => new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });

/** In the page: parts far below are laid out, too, as when somebody has come there; what is too wide there would not be seen. */
function layOutAll(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { content-visibility: visible !important }');
  document.adoptedStyleSheets.push(sheet);
}

async function faults(audit: AxeBuilder): Promise<string[]> {
  const { violations } = await audit.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' … ')}`);
}

/** Goes to a path. A report and a delivery are reached through their lists, since their ids are nobody's business; tokens are
 * shown with one that was just made. */
async function open(page: Page, path: string): Promise<void> {
  if (path === 'report') {
    await page.goto('/domains/example.com/reports?failing=yes');
    await page.getByRole('table').getByRole('row').nth(1).getByRole('link').first().click();
    await expect(page).toHaveURL(/\/reports\/\w+/);
  } else if (path === 'read') {
    await page.goto('/tools/report');
    await page.getByLabel('Text').fill(JSON.stringify(report({ domain: 'example.com', failures: [certificateExpired('example.com', 3)] })));
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await expect(page.getByRole('heading', { name: /^Report of/ })).toBeVisible();
  } else if (path === 'addition') {
    await page.goto('/domains/add');
    await page.getByLabel('Domain names').fill('example.com\nlocalhost\nexample.com\n# a note');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page).toHaveURL(/\/additions\/\d+/);
  } else if (path === 'delivery') {
    await page.goto('/log');
    await page.locator('main a[href^="/log/"]').first().click();
    await expect(page).toHaveURL(/\/log\/\w+/);
  } else if (path === 'mailbox') {
    await page.goto('/settings/mailboxes');
    if ((await page.getByRole('link', { name: /^Change / }).count()) === 0) {
      await page.getByLabel('Server').fill('imap.invalid');
      await page.getByLabel('User').fill('tls-reports@example.com');
      await page.getByRole('textbox', { name: /^Password/ }).fill('a password of the mailbox');
      await page.getByRole('button', { name: 'Add and test' }).click();
    }
    await page.getByRole('link', { name: /^Change / }).first().click();
    await expect(page).toHaveURL(/\/settings\/mailboxes\/\w+/);
  } else if (path === 'share') {
    await page.goto('/domains/example.com/share');
    await page.getByRole('textbox', { name: /^For/ }).fill('the auditor');
    await page.getByRole('button', { name: 'Make the link' }).click();
    await expect(page.getByRole('heading', { name: 'Your new share link' })).toBeVisible();
  } else if (path === 'tokens') {
    await page.goto('/settings/tokens');
    await page.getByLabel('Name').fill('terraform');
    await page.getByRole('button', { name: 'Make the token' }).click();
    await expect(page.getByRole('heading', { name: 'Your new token' })).toBeVisible();
  } else {
    await page.goto(path);
  }
}
