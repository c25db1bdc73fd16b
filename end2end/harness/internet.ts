// A small Internet on loopback, in which the domains of the specs exist: see crates/checks/examples/small_internet.rs.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './program.ts';

const binary = process.env['SMALL_INTERNET'] ?? join(root, 'target/debug/examples/small_internet');

export class Internet {
  private constructor(
    /** What a program must be told to look at it. */
    readonly settings: Record<string, string>,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Internet> {
    const folder = await mkdtemp(join(tmpdir(), 'waxseal-internet-'));
    const child = spawn(binary, [folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      once(child, 'exit').then(() => Promise.reject(new Error('the small Internet ended'))),
    ])) as [string];
    return new Internet(JSON.parse(line) as Record<string, string>, folder, child);
  }

  /** It ends with its standard input. */
  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.stdin?.end();
    await exited;
    await rm(this.folder, { recursive: true, force: true });
  }
}
