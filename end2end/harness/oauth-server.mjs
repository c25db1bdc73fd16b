// An OAuth server that is not ours: npm's oidc-provider on loopback, for the tests of mailboxes that are opened with a token.
//
//   node oauth-server.mjs PORT CERTIFICATE KEY SECONDS
//
// With a certificate it speaks HTTPS. Access tokens are good for so many seconds. GET /approve/CODE does what somebody does who
// enters that code and agrees; GET /log tells which grants were used.

import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import Provider from 'oidc-provider';

const [port, certificate, key, seconds] = process.argv.slice(2);
const user = 'tls@example.com';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const common = { redirect_uris: [], response_types: [], token_endpoint_auth_method: 'client_secret_post' };

const provider = new Provider(`${certificate ? 'https' : 'http'}://127.0.0.1:${port}`, {
  clients: [
    // Its name is that of the mailbox: Dovecot asks whose a token is, and of a client there is nothing but the name.
    { ...common, client_id: user, client_secret: 'a secret of the client', grant_types: ['client_credentials'] },
    { ...common, client_id: 'device', client_secret: 'a secret of the client', grant_types: [deviceGrant, 'refresh_token'] },
    { client_id: 'dovecot', client_secret: 'dovecot', grant_types: [], redirect_uris: [], response_types: [] },
  ],
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
  },
  scopes: ['openid', 'offline_access', 'mail'],
  cookies: { keys: ['only for this test'] },
  ttl: { ClientCredentials: Number(seconds), AccessToken: Number(seconds), DeviceCode: 600, RefreshToken: 3600 },
  rotateRefreshToken: true,
  findAccount: (_context, login) => ({ accountId: login, claims: () => ({ sub: login }) }),
});

const grants = [];
provider.on('grant.success', (context) => grants.push(context.oidc.params.grant_type));

/** What somebody does at the verification page: signs in, enters the code, agrees. */
async function approve(userCode) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace(/[^A-Z0-9]/g, ''));
  const grant = new provider.Grant({ accountId: user, clientId: code.clientId });
  grant.addOIDCScope('openid offline_access');
  Object.assign(code, {
    accountId: user,
    grantId: await grant.save(),
    scope: 'openid offline_access',
    claims: {},
    authTime: Math.floor(Date.now() / 1000),
  });
  await code.save();
}

async function answer(request, response) {
  if (request.url.startsWith('/approve/')) {
    await approve(decodeURIComponent(request.url.slice('/approve/'.length)));
    response.end('approved');
  } else if (request.url === '/log') {
    response.end(grants.join('\n'));
  } else {
    provider.callback()(request, response);
  }
}

const handle = (request, response) =>
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end(String(error));
  });
const server = certificate
  ? createHttps({ cert: readFileSync(certificate), key: readFileSync(key) }, handle)
  : createHttp(handle);
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
