// An OpenID Connect provider that is not ours: npm's oidc-provider, with its own pages for signing in, on loopback.

import { once } from 'node:events';
import type { Server } from 'node:http';
import Provider from 'oidc-provider';

/** What the provider says of somebody, by the name they sign in with there. */
export type People = Record<string, { email: string; email_verified: boolean }>;

export const client = { id: 'waxseal', secret: 'a secret between the two' };

export class IdentityProvider {
  private constructor(private readonly server: Server) {}

  /** Listens on a port that was chosen before, since who relies on it must know it first. */
  static async listen(port: number, redirect: string, people: People): Promise<IdentityProvider> {
    const provider = new Provider(`http://127.0.0.1:${port}`, {
      clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirect] }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      cookies: { keys: ['only for this test'] },
      pkce: { required: () => true },
      findAccount: (_context: unknown, login: string) => ({
        accountId: login,
        claims: () => ({ sub: login, ...people[login] }),
      }),
    });
    const server = provider.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new IdentityProvider(server);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
