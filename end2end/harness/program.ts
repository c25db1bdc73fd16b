// Starts the built program on a free port with a database of its own, and talks to it as an administrator would.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const root = resolve(import.meta.dirname, '../..');
const binary = process.env['WAXSEAL'] ?? join(root, 'target/release/waxseal');
const run = promisify(execFile);

/** One line of `waxseal domain add --json`. */
export interface AddedDomain {
  domain: string;
  address: string;
  report_email: string | null;
  report_url: string;
  records: { name: string; type: string; value: string }[];
  why?: string;
}

/** A running `waxseal serve`, or another command that serves. */
export class Program {
  private output = '';

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private process: ChildProcess,
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Starts it; `settings` come on top of what every test sets. */
  static async start(
    command: string[] = ['serve'],
    patience = 20_000,
    settings: Record<string, string> = {},
  ): Promise<Program> {
    const folder = await mkdtemp(join(tmpdir(), 'waxseal-e2e-'));
    const port = await freePort();
    const env = {
      PATH: process.env['PATH'],
      WAXSEAL_HTTP__LISTEN: `127.0.0.1:${port}`,
      WAXSEAL_DATABASE__URL: `sqlite://${folder}/waxseal.db`,
      // No test asks the name servers of this machine.
      WAXSEAL_CHECKS__ENABLED: 'false',
      ...settings,
    };
    const child = spawn(binary, command, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new Program(`http://127.0.0.1:${port}`, folder, env, child);
    // The last thing printed at start is a link.
    await program.until('its first words', async () => program.output.includes(`${program.url}/`), patience);
    return program;
  }

  /** The link that creates the first user: printed at every start until there is one. */
  async setupLink(): Promise<string> {
    const link = () => this.output.match(/https?:\/\/\S+\/setup\?code=[\w-]+/)?.[0];
    await this.until('the link with the set-up code', async () => !!link());
    return link()!;
  }

  /** Runs another command of the program beside the server, on the same database. */
  async command(...args: string[]): Promise<string> {
    return (await run(binary, args, { env: this.env, cwd: this.folder })).stdout;
  }

  async addDomains(...names: string[]): Promise<AddedDomain[]> {
    const lines = (await this.command('domain', 'add', '--json', ...names)).trim().split('\n');
    return lines.map((line) => JSON.parse(line) as AddedDomain);
  }

  /** Posts a body to a report address as senders do, and returns the status. */
  async post(address: string, body: BodyInit, type = 'application/tlsrpt+gzip'): Promise<number> {
    const answer = await fetch(`${this.url}/r/${address}`, { method: 'POST', body, headers: { 'content-type': type } });
    await answer.arrayBuffer();
    return answer.status;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const exited = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await exited;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async until(what: string, reached: () => Promise<boolean>, patience = 20_000): Promise<void> {
    for (const deadline = Date.now() + patience; Date.now() < deadline; ) {
      if (this.process.exitCode !== null) break;
      if (await reached().catch(() => false)) return;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`waited in vain for ${what}; the program said:\n${this.output}`);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
