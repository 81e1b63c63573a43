import { type Context, Hono } from 'hono';
import { chooseLanguage } from '../choose-language.ts';
import type { Language } from '../words/language.ts';
import { clientOf } from './client.ts';
import { dropCookie, setSecretCookie } from './cookie.ts';
import type { AccessParts } from './parts.ts';
import { returnPath } from './return-path.ts';
import { keptSecret } from './secret.ts';
import { isHttps, sessionSecret } from './session-secret.ts';
import { endSession, findSession, openSession } from './sessions.ts';
import { type SignInProblem, signInPage } from './sign-in-page.ts';
import { hasUsers } from './users.ts';
import { verifiedUser } from './verify.ts';

const HOUR_SECONDS = 3_600;

/** /sign-in and /sign-out. That a form comes from here is checked before, for all of the console. */
export function signInPages(parts: AccessParts): Hono {
  const routes = new Hono();
  routes.get('/sign-in', async (context) => {
    const to = returnPath(context.req.query('to'));
    if ((await currentSession(parts, context)) !== null) return context.redirect(to);
    return context.html(await shown(parts, context, { to }));
  });
  routes.post('/sign-in', async (context) => {
    const form = await context.req.parseBody();
    const [name, password] = [text(form.name), text(form.password)];
    const to = returnPath(text(form.to));
    const { address } = clientOf(context, parts.config().console.proxies);
    const verified = await verifiedUser(parts, { name, password, address });
    if ('user' in verified) {
      await beginSession(parts, context, verified.user.name);
      return context.redirect(to, 303);
    }
    const { problem } = verified;
    return context.html(await shown(parts, context, { to, problem, name }), STATUS[problem]);
  });
  routes.post('/sign-out', async (context) => {
    const session = await currentSession(parts, context);
    // Others cannot post here (SameSite, and where a form comes from is checked); the form token is not asked, since an old page must be able to sign out.
    if (session !== null) await endSession(parts.database, session.id);
    dropCookie(context, 'postern', isHttps(parts, context));
    return context.redirect('/sign-in', 303);
  });
  return routes;
}

const STATUS = { wrong: 401, limited: 429, busy: 503 } as const;

/** A new session in a new cookie; one that the browser had before is over (session fixation). */
export async function beginSession(parts: AccessParts, context: Context, user: string): Promise<void> {
  const { signIn, proxies } = parts.config().console;
  const former = sessionSecret(parts, context);
  if (former !== null) await endSession(parts.database, keptSecret(former));
  const { address } = clientOf(context, proxies);
  const secret = await openSession(parts.database, user, {
    now: parts.now(),
    limits: signIn,
    client: address,
  });
  const seconds = Math.ceil(signIn.hours * HOUR_SECONDS);
  setSecretCookie(context, 'postern', secret, { isHttps: isHttps(parts, context), seconds });
}

async function currentSession(parts: AccessParts, context: Context) {
  const secret = sessionSecret(parts, context);
  const { signIn } = parts.config().console;
  return secret === null ? null : await findSession(parts.database, secret, parts.now(), signIn);
}

export async function shown(
  parts: AccessParts,
  context: Context,
  { to, problem = null, name = '' }: { to: string; problem?: SignInProblem | null; name?: string },
) {
  return await signInPage({
    language: languageOf(parts, context),
    to,
    problem,
    name,
    isEmpty: !(await hasUsers(parts.database)),
    elsewhere: providerOf(parts),
  });
}

/** Host of the provider; null without one. */
function providerOf(parts: AccessParts): string | null {
  const { oidc } = parts.config().console;
  return oidc === null ? null : (URL.parse(oidc.issuer)?.host ?? oidc.issuer);
}

function languageOf(parts: AccessParts, context: Context): Language {
  return chooseLanguage(context.req.header('accept-language'), parts.config().console.language);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
