import { type Context, Hono } from 'hono';
import { isApi } from '../api/error.ts';
import type { ConsoleParts } from '../parts.ts';
import type { Access, Known } from './access.ts';
import { elsewherePages } from './elsewhere/routes.ts';
import type { AccessParts } from './parts.ts';
import { sessionSecret } from './session-secret.ts';
import { findSession } from './sessions.ts';
import { signInPages } from './sign-in.ts';
import { tokenPrincipal } from './tokens.ts';

/** Who may come in, over the database of the service. */
export function openAccess(parts: ConsoleParts): Access {
  return {
    known: async (request, context) =>
      (await knownByToken(parts, request)) ?? (await knownBySession(parts, context)),
    openPages: new Hono().route('/', signInPages(parts)).route('/', elsewherePages(parts)),
  };
}

/** RFC 6750 section 2.1; for the HTTP API alone. */
async function knownByToken(parts: AccessParts, request: Request): Promise<Known | null> {
  const [, secret] =
    /^Bearer +([A-Za-z0-9_-]{1,128})$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (secret === undefined || !isApi(new URL(request.url).pathname)) return null;
  const principal = await tokenPrincipal(parts.database, secret, parts.now());
  return principal && { principal, language: null, formToken: '' };
}

async function knownBySession(parts: AccessParts, context: Context): Promise<Known | null> {
  const { signIn } = parts.config().console;
  const secret = sessionSecret(parts, context);
  if (secret === null) return null;
  const session = await findSession(parts.database, secret, parts.now(), signIn);
  if (session === null) return null;
  const { name, role, domains, address, language } = session.user;
  return { principal: { name, role, domains, address }, language, formToken: session.formToken };
}
