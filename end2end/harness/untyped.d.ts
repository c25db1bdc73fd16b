// What we use of packages that bring no types.

declare module 'oidc-provider' {
  import type { Server } from 'node:http';
  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    listen(port: number, host: string): Server;
  }
}

declare module 'smtp-server' {
  import type { Server } from 'node:net';
  import type { Readable } from 'node:stream';
  interface Session {
    envelope: { mailFrom: { address: string } | false; rcptTo: { address: string }[] };
  }
  interface Options {
    key: Buffer;
    cert: Buffer;
    authMethods: string[];
    onAuth(
      auth: { username: string; password: string },
      session: Session,
      done: (error: Error | null, answer?: { user: string }) => void,
    ): void;
    onData(stream: Readable, session: Session, done: () => void): void;
  }
  export class SMTPServer {
    readonly server: Server;
    constructor(options: Options);
    listen(port: number, host: string): Server;
    close(done: () => void): void;
  }
}
