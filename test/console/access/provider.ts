import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider, { type ProviderContext } from 'oidc-provider';
import { freePort } from '../../system/servers/ports.ts';

export const CLIENT_ID = 'postern';
export const CLIENT_SECRET = 'a secret of the client, which is long enough';

/** What the provider says of somebody, beside `sub`. */
export type Profile = Readonly<Record<string, unknown>>;

/** A real provider of OpenID Connect on loopback, which asks nobody for a password. */
export interface TestProvider {
  readonly issuer: string;
  /** Whoever comes next is `sub`, with this profile. */
  signs(sub: string, profile: Profile): void;
  close(): Promise<void>;
}

export async function startProvider(redirect: string, wanted?: number): Promise<TestProvider> {
  const profiles = new Map<string, Profile>();
  let next = '';
  const port = wanted ?? (await freePort());
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirect] }],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['preferred_username', 'groups'],
    },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/who' },
    pkce: { required: () => true },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ ...profiles.get(sub), sub }),
    }),
    loadExistingGrant: async ({ oidc }: ProviderContext) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const protocol = provider.callback();
  const server = createServer(async (request, response) => {
    if (request.url === '/who')
      await provider.interactionFinished(request, response, { login: { accountId: next } });
    else await protocol(request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer,
    signs: (sub, profile) => {
      profiles.set(sub, profile);
      next = sub;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
