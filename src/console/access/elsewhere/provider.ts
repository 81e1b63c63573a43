import { readFile } from 'node:fs/promises';
import ipaddr from 'ipaddr.js';
import type { Configuration } from 'openid-client';
import type { Config } from '../../../config/schema.ts';

export type OidcConfig = NonNullable<Config['console']['oidc']>;

/** Somebody waits before a page for it; a provider that is well answers within one. */
const ANSWER_SECONDS = 5;

/** The provider cannot be asked, or what is configured of it cannot work; `message` is for the log. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}

/** Says who has signed in there, beyond the part of the protocol: in memory of the process, asked of the provider when first needed. */
export interface Provider {
  /** Throws ProviderAway. One that was away is asked again the next time. */
  configuration(oidc: OidcConfig): Promise<Configuration>;
}

export function openProvider(): Provider {
  let known: { readonly oidc: OidcConfig; readonly found: Promise<Configuration> } | null = null;
  return {
    configuration: async (oidc) => {
      // A reload gives another object.
      if (known?.oidc !== oidc) known = { oidc, found: discover(oidc) };
      const asked = known;
      try {
        return await asked.found;
      } catch (error) {
        if (known === asked) known = null;
        throw error;
      }
    },
  };
}

async function discover(oidc: OidcConfig): Promise<Configuration> {
  const problem = issuerProblem(oidc.issuer);
  if (problem !== null) throw new ProviderAway(problem);
  // Big, and most have no provider.
  const client = await import('openid-client');
  try {
    const secret =
      oidc.clientSecretFile === null ? null : (await readFile(oidc.clientSecretFile, 'utf8')).trim();
    const issuer = new URL(oidc.issuer);
    return await client.discovery(
      issuer,
      oidc.clientId,
      undefined,
      secret === null ? client.None() : client.ClientSecretBasic(secret),
      {
        timeout: ANSWER_SECONDS,
        execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
      },
    );
  } catch (error) {
    throw new ProviderAway(`console.oidc: ${oidc.issuer}: ${reasonOf(error)}`, { cause: error });
  }
}

/** What is wrong with the address of a provider, since tokens would cross a network in the clear; null for nothing. */
export function issuerProblem(issuer: string): string | null {
  const url = URL.parse(issuer);
  if (url === null) return `console.oidc.issuer: ${issuer} is no address`;
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return null;
  return `console.oidc.issuer: ${issuer} is not https, which only a provider on this host may do without`;
}

function isLoopback(hostname: string): boolean {
  const plain = hostname.replace(/^\[(.*)\]$/, '$1');
  return plain === 'localhost' || (ipaddr.isValid(plain) && ipaddr.process(plain).range() === 'loopback');
}

/** With its cause: `fetch failed` alone says nothing. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const cause = error.cause instanceof Error ? `: ${reasonOf(error.cause)}` : '';
  return `${error.message}${code}${cause}`;
}
