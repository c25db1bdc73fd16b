// One report in words; and what a hostile sender writes stays text.

import { expect, test, type House } from '../harness/test.ts';
import { certificateExpired, gzipped, report, type Content } from '../harness/reports.ts';
import type { Page } from '@playwright/test';

/** Adds a domain of this test's own, posts a report to it and opens the report's page. */
async function openReport(page: Page, house: House, content: Content): Promise<void> {
  const [added] = await house.program.addDomains(content.domain);
  expect(await house.program.post(added!.address, gzipped(content))).toBe(201);
  await page.goto(`/domains/${content.domain}/reports`);
  await page.getByRole('table').getByRole('row').nth(1).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/reports\/\w+/);
}

test('a failing report is explained', async ({ page, house }, info) => {
  const domain = `failing-${info.project.name}.example`;
  await openReport(page, house, { domain, organization: 'Gamma Relay', failures: [certificateExpired(domain, 3)] });
  const main = page.getByRole('main');
  await expect(main).toContainText('Gamma Relay');
  await expect(page.locator('.verdict')).toContainText('Gamma Relay');
  await expect(page.locator('.failure')).toContainText('3 sessions not delivered');
  await expect(page.locator('.failure')).toContainText(`mx2.${domain}`);
  await expect(main).toContainText(/unsigned/i);
});

test('the report stands there as it was sent', async ({ page, house }, info) => {
  const domain = `raw-${info.project.name}.example`;
  const content = { domain, id: 'an-id-to-find' };
  await openReport(page, house, content);
  await page.getByText(/^JSON, /).click();
  const raw = page.locator('.raw pre');
  await expect(raw).toBeVisible();
  expect(JSON.parse((await raw.textContent())!)).toEqual(report(content));
});

test('of two reports in conflict the other one is chosen', async ({ page, house }, info) => {
  const domain = `chosen-${info.project.name}.example`;
  const content = { domain, id: 'the-same' };
  await openReport(page, house, content);
  const first = page.url();
  const [added] = await house.program.addDomains(domain);
  await house.program.post(added!.address, gzipped({ ...content, failures: [certificateExpired(domain, 3)] }));
  await page.goto(first);
  await page.getByRole('region', { name: 'In conflict with' }).locator('a[href^="/reports/"]').first().click();
  await page.getByRole('button', { name: 'Count this one instead' }).click();
  await expect(page.getByRole('status')).toContainText('It is counted from now on.');
  await page.goto(first);
  await expect(page.getByRole('main')).toContainText('another report with the same identity is counted');
});

test('a reason code is decoded', async ({ page, house }, info) => {
  const domain = `reason-${info.project.name}.example`;
  const failure = { ...certificateExpired(domain, 3), 'failure-reason-code': 'X509_V_ERR_CERT_HAS_EXPIRED' };
  await openReport(page, house, { domain, failures: [failure] });
  await expect(page.locator('.failure')).toContainText('X509_V_ERR_CERT_HAS_EXPIRED');
  await expect(page.locator('.failure')).toContainText('is past its last day');
});

const hostile = [
  '<script>alert(1)</script>',
  '</textarea></script><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'-alert(1)-'",
  '{{7*7}}${7*7}',
  '<a href="javascript:alert(1)">click</a>',
  '\u202Egnp.exe\u2066',
  '\u001b[31mred\u0007',
].join(' ');

test('hostile text from a sender stays text', async ({ page, house }, info) => {
  const domain = `hostile-${info.project.name}.example`;
  await openReport(page, house, {
    domain,
    organization: hostile,
    contact: hostile,
    id: hostile,
    failures: [
      {
        'result-type': hostile,
        'failed-session-count': 1,
        'sending-mta-ip': hostile,
        'receiving-mx-hostname': hostile,
        'receiving-ip': hostile,
        'failure-reason-code': hostile,
        'additional-information': 'javascript:alert(1)',
      },
    ],
  });
  const paths = [page.url(), '/', `/domains/${domain}`, `/domains/${domain}/reports`, '/log'];
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByRole('main')).toBeVisible();
    await expect(page.locator('main script, main img, main [onload], main [onerror]')).toHaveCount(0);
    await expect(page.locator('a[href^="javascript:"]')).toHaveCount(0);
  }
  await page.goto(paths[0]!);
  await expect(page.getByRole('main')).toContainText('<script>alert(1)</script>');
});
