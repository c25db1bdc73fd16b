// Prints what a benchmark prints, and nothing else but its failure.

import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class Quiet implements Reporter {
  onStdOut(text: string | Buffer): void {
    process.stdout.write(text);
  }

  onStdErr(text: string | Buffer): void {
    process.stderr.write(text);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== 'passed') process.stderr.write(`${test.title}: ${result.error?.stack ?? result.status}\n`);
  }
}
