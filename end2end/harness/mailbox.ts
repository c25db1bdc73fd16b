// A mail server that is not ours: npm's smtp-server, which insists on STARTTLS and a password, on loopback.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';

const login = { user: 'waxseal', password: 'a secret between the two' };

export interface Mail {
  from: string;
  to: string[];
  /** Headers and text, decoded. */
  content: string;
}

export class Mailbox {
  private readonly mails: Mail[] = [];
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly server: SMTPServer,
    private readonly folder: string,
  ) {}

  static async open(): Promise<Mailbox> {
    const folder = await mkdtemp(join(tmpdir(), 'waxseal-mail-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
      ...['-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', cert],
    ]);
    const server = new SMTPServer({
      key: await readFile(key),
      cert: await readFile(cert),
      authMethods: ['PLAIN'],
      onAuth: ({ username, password }, _session, done) =>
        username === login.user && password === login.password
          ? done(null, { user: username })
          : done(new Error('Invalid username or password')),
      onData: (stream, { envelope }, done) => {
        void text(stream).then((raw) => {
          box.mails.push({
            from: envelope.mailFrom ? envelope.mailFrom.address : '',
            to: envelope.rcptTo.map(({ address }) => address),
            content: raw.replace(/=\r\n/g, '').replace(/=3D/g, '='),
          });
          box.waiting.splice(0).forEach((wake) => wake());
          done();
        });
      },
    });
    const box = new Mailbox(server, folder);
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return box;
  }

  /** How a program is told of it. */
  get settings(): Record<string, string> {
    return {
      WAXSEAL_MAIL__SERVER: 'localhost',
      WAXSEAL_MAIL__PORT: String((this.server.server.address() as AddressInfo).port),
      WAXSEAL_MAIL__TLS: 'starttls',
      WAXSEAL_MAIL__USER: login.user,
      WAXSEAL_MAIL__PASSWORD: login.password,
      WAXSEAL_MAIL__FROM: 'Waxseal <waxseal@example.org>',
      WAXSEAL_MAIL__EXTRA_CA: join(this.folder, 'cert.pem'),
    };
  }

  /** The next mail to somebody. */
  async next(to: string): Promise<Mail> {
    for (;;) {
      const found = this.mails.findIndex((mail) => mail.to.includes(to));
      if (found >= 0) return this.mails.splice(found, 1)[0]!;
      await new Promise<void>((wake) => this.waiting.push(wake));
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((closed) => this.server.close(closed));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The link in a mail. */
export function link({ content }: Mail, page: string): string {
  return content.match(new RegExp(`http://\\S+/${page}\\?link=[\\w-]+`))![0];
}
