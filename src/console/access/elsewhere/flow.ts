import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { OidcConfig, Provider } from './provider.ts';
import { ProviderAway, reasonOf } from './provider.ts';

/** What the browser keeps while somebody is at the provider. */
const flowSchema = z.strictObject({
  state: z.string().min(1),
  nonce: z.string().min(1),
  verifier: z.string().min(1),
  /** Where to go then. */
  to: z.string(),
});
export type Flow = z.infer<typeof flowSchema>;

/** Claims of the ID token, with those of the userinfo endpoint beside it. */
export type Claims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

/** The provider, or whoever came in its name, said something that is not to be believed, or no. */
export class NotProven extends Error {
  override readonly name = 'NotProven';
}

export function sealFlow(flow: Flow): string {
  return Buffer.from(JSON.stringify(flow)).toString('base64url');
}

/** Null for what is none of ours. */
export function openFlow(text: string | null): Flow | null {
  if (text === null) return null;
  try {
    const parsed = flowSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Where to send the browser (authorization code with PKCE, RFC 7636), and what it is to keep meanwhile. Throws ProviderAway. */
export async function beginFlow(
  provider: Provider,
  oidc: OidcConfig,
  { redirect, to }: { readonly redirect: string; readonly to: string },
): Promise<{ readonly url: URL; readonly flow: Flow }> {
  const configuration = await provider.configuration(oidc);
  const client = await import('openid-client');
  const flow = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
    to,
  };
  const scopes = new Set(['openid', ...oidc.scopes]);
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirect,
    scope: [...scopes].join(' '),
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
  });
  return { url, flow };
}

/** Who came back, proven by the provider. Throws ProviderAway, and NotProven where state, nonce, code or signature are not right. */
export async function endFlow(
  provider: Provider,
  oidc: OidcConfig,
  { back, flow }: { readonly back: URL; readonly flow: Flow },
): Promise<Claims> {
  const configuration = await provider.configuration(oidc);
  const client = await import('openid-client');
  try {
    const tokens = await client.authorizationCodeGrant(configuration, back, {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new NotProven('no ID token');
    // Most providers tell groups and address here alone (OpenID Connect Core section 5.4).
    if (configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    const more = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    return { ...more, ...claims };
  } catch (error) {
    if (isAway(error)) throw new ProviderAway(`console.oidc: ${reasonOf(error)}`, { cause: error });
    throw error instanceof NotProven ? error : new NotProven(reasonOf(error), { cause: error });
  }
}

/** `fetch` says a network that fails by a TypeError, and its timeout by name; all else is an answer. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'TimeoutError' ||
    ('code' in error && error.code === 'OAUTH_TIMEOUT') ||
    error.message === 'fetch failed'
  );
}
