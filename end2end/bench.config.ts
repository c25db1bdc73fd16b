// `make bench`: not a test, but the same machinery.

import { defineConfig } from '@playwright/test';
import { chromium } from './harness/chromium.ts';

export default defineConfig({
  testDir: '.',
  testMatch: 'bench.ts',
  timeout: 600_000,
  workers: 1,
  reporter: [['./harness/quiet.ts']],
  use: chromium,
});
