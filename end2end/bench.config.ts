// `make bench`: not a test, but the same machinery.

import { defineConfig } from '@playwright/test';
import { chromium } from './harness/chromium.ts';

export default defineConfig({
  testDir: '.',
  testMatch: 'bench.ts',
  timeout: 600_000,
  workers: 1,
  reporter: [['./harness/quiet.ts']],
  // Where pages fade into each other, browsers tell of the first paint only when the fade is over.
  use: {
    ...chromium,
    launchOptions: { ...chromium.launchOptions, args: [...chromium.launchOptions.args, '--force-prefers-reduced-motion'] },
  },
});
