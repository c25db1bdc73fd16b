// The tools: each is a form that answers on its own page, with a script and without.

import { certificateExpired, gzipped, report } from '../harness/reports.ts';
import { expect, test } from '../harness/test.ts';

test('the way to the tools, and from one to the next', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tools' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tools');
  await page.getByRole('main').getByRole('link', { name: 'Lint' }).click();
  await expect(page).toHaveURL(/\/tools\/lint$/);
  await page.getByRole('navigation', { name: 'Tools' }).getByRole('link', { name: 'Build' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Build');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tools' })).toHaveAttribute('aria-current', 'true');
});

test('lint finds the mistake and offers the record to publish', async ({ page }) => {
  await page.goto('/tools/lint');
  await page.getByLabel('Text').fill('v=TLSRPTv1; rua=tls@example.net');
  await page.getByRole('button', { name: 'Lint', exact: true }).click();
  await expect(page).toHaveURL(/text=v%3DTLSRPTv1/);
  const result = page.locator('#result');
  await expect(result.getByRole('heading')).toContainText('Invalid');
  await expect(result).toContainText('v=TLSRPTv1; rua=mailto:tls@example.net');
  await expect(page.getByLabel('Text')).toHaveValue('v=TLSRPTv1; rua=tls@example.net');
  // Each finding leads to what it means.
  const help = result.getByRole('link').first();
  const anchor = (await help.getAttribute('href'))!.split('#')[1]!;
  await help.click();
  await expect(page.locator(`[id="${anchor}"]`)).toBeVisible();
});

test('lint takes a whole answer, and a policy with its hosts', async ({ page }) => {
  await page.goto('/tools/lint');
  await page.getByLabel('Text').fill('v=TLSRPTv1; rua=mailto:a@example.net\nv=TLSRPTv1; rua=mailto:b@example.net');
  await page.getByRole('button', { name: 'Lint', exact: true }).click();
  await expect(page.locator('#result')).toContainText('more than one');
  await page.getByLabel('What it is').selectOption('MTA-STS policy file');
  await page.getByLabel('Text').fill('version: STSv1\nmode: enforced\nmx: *.example.com\nmax_age: 604800');
  await page.getByLabel('MX hosts, for a policy').fill('mx1.example.com, mx1.example.net');
  await page.getByRole('button', { name: 'Lint', exact: true }).click();
  await expect(page.getByLabel('What it is')).toHaveValue('policy');
  await expect(page.locator('#result')).toContainText('mode: enforce');
  await expect(page.locator('#result')).toContainText('not covered');
});

test('what is linted is text and nothing else', async ({ page }) => {
  const evil = `v=TLSRPTv1; rua=</textarea><script>alert(1)</script><img src=x onerror=alert(1)>`;
  await page.goto(`/tools/lint?kind=tlsrpt&text=${encodeURIComponent(evil)}`);
  await expect(page.getByLabel('Text')).toHaveValue(evil);
  await expect(page.locator('main img')).toHaveCount(0);
});

test('build writes records that lint valid', async ({ page }) => {
  await page.goto('/tools/build');
  await page.getByRole('textbox', { name: 'Domain', exact: true }).fill('Example.COM');
  await page.getByLabel('Where reports shall go').fill('mailto:tls@example.net');
  await page.getByLabel('MX hosts').fill('10 mx1.example.com.\n20 mx2.example.com.');
  await page.getByRole('button', { name: 'Build' }).click();
  const plan = page.getByRole('main').locator('ol').first();
  await expect(plan).toContainText('_smtp._tls.example.com');
  await expect(plan).toContainText('https://mta-sts.example.com/.well-known/mta-sts.txt');
  const [record, policy, announced] = await Promise.all(
    ['v=TLSRPTv1', 'version: STSv1', 'v=STSv1'].map((start) => plan.locator('code').filter({ hasText: start }).textContent()),
  );
  expect(policy).toContain('mx: mx2.example.com\n');
  for (const [kind, text] of [['tlsrpt', record], ['policy', policy], ['mta-sts', announced]]) {
    await page.goto(`/tools/lint?kind=${kind}&text=${encodeURIComponent(text!)}`);
    await expect(page.locator('#result').getByRole('heading'), text!).toContainText('Valid');
  }
});

test('build says what it leaves out', async ({ page }) => {
  await page.goto('/tools/build?domain=example.com&rua=tls%40example.net&mx=mx_1.example.com&mode=enforce');
  await expect(page.getByRole('alert').filter({ hasText: 'mx_1.example.com' })).toContainText('would stop mail');
  await expect(page.getByRole('alert').filter({ hasText: 'is left out' })).toContainText('rua=mailto:tls@example.net');
  await page.goto('/tools/build?domain=tls%40example.com');
  await expect(page.getByRole('alert')).toContainText('e-mail address');
});

test('look up says what it saw, what is watched, and what is no domain', async ({ page }) => {
  await page.goto('/tools');
  await page.getByLabel('Domain').fill('nowhere.example');
  await page.getByRole('button', { name: 'Look up' }).click();
  await expect(page.getByRole('main')).toContainText('Mail hosts are only greeted', { timeout: 30_000 });
  await expect(page.getByRole('heading', { name: 'TLS-RPT record', exact: true })).toBeVisible();
  await page.getByLabel('Domain').fill('example.com');
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Records' }).click();
  await expect(page).toHaveURL(/\/domains\/example\.com\/records$/);
  await page.goto('/tools/look-up?domain=https%3A%2F%2Fexample.com%2F');
  await expect(page.getByRole('alert')).toContainText('a URL');
});

test('a report is read from text and from a file, and kept nowhere', async ({ page }) => {
  const content = { domain: 'read.example', organization: 'Gamma Relay', failures: [certificateExpired('read.example', 3)] };
  await page.goto('/tools');
  await page.getByRole('main').getByRole('link', { name: 'Read a report' }).click();
  await page.getByLabel('Text').fill(JSON.stringify(report(content)));
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  const main = page.getByRole('main');
  await expect(main.locator('.verdict')).toContainText('3 of 103 sessions of Gamma Relay to read.example');
  await expect(main).toContainText('nothing is stored');

  await page.goto('/tools/report');
  await page.getByLabel('Or a file').setInputFiles({ name: 'a.json.gz', mimeType: 'application/gzip', buffer: Buffer.from(gzipped(content)) });
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await expect(main.locator('.failure')).toContainText('3 sessions not delivered');
  await page.goto('/reports?reporter=gamma&q=read.example');
  await expect(main).toContainText('No report is like this.');
});

test('what is no report is told why', async ({ page }) => {
  await page.goto('/tools/report');
  await page.getByLabel('Text').fill('{"organization-name": "Bro');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('it ends in the middle');
  await page.getByRole('alert').getByRole('link', { name: 'What to look at' }).click();
  await expect(page).toHaveURL(/\/help\/troubleshooting#unreadable-reports$/);
});

test.describe('without signing in', () => {
  test.use({ signedIn: false });

  test('the tools ask to sign in', async ({ page }) => {
    for (const tool of ['/tools', '/tools/look-up?domain=example.com', '/tools/lint', '/tools/build']) {
      await page.goto(tool);
      await expect(page).toHaveURL(/\/sign-in\?next=%2Ftools/);
    }
    await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tools' })).toHaveCount(0);
  });
});
