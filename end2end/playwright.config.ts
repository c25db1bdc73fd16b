// Every spec runs twice, with and without JavaScript: that pages work without it is a test, not a promise.
// Only *.hydrate.spec.ts, which are about what a script adds, are left out of the second run.

import { defineConfig } from '@playwright/test';
import { chromium } from './harness/chromium.ts';

export default defineConfig({
  testDir: 'specs',
  workers: 2,
  timeout: 90_000,
  fullyParallel: false,
  forbidOnly: !!process.env['CI'],
  reporter: 'list',
  snapshotPathTemplate: '{testDir}/../looks/{arg}{ext}',
  use: { ...chromium, trace: 'off' },
  projects: [
    { name: 'js', use: { javaScriptEnabled: true } },
    { name: 'no-js', use: { javaScriptEnabled: false }, testIgnore: '**/*.hydrate.spec.ts' },
  ],
});
