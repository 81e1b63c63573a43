import { type Context, Hono } from 'hono';
import type { ConsoleParts } from '../../parts.ts';
import { beginAttempt } from '../attempts.ts';
import { attemptNetwork, clientOf } from '../client.ts';
import { dropCookie, secretCookie, setSecretCookie } from '../cookie.ts';
import { returnPath } from '../return-path.ts';
import { isHttps } from '../session-secret.ts';
import { beginSession, shown } from '../sign-in.ts';
import type { SignInProblem } from '../sign-in-page.ts';
import { beginFlow, endFlow, NotProven, openFlow, sealFlow } from './flow.ts';
import { type OidcConfig, openProvider, type Provider, ProviderAway } from './provider.ts';
import { userOfClaims } from './user-of-claims.ts';

/** Where the provider sends people back to; it is registered there as console.url with this behind. */
export const BACK_PATH = '/sign-in/elsewhere/back';

/** Long enough to look for a second factor; what is left lying in a browser is then worth nothing. */
const FLOW_SECONDS = 600;

const STATUS = {
  away: 502,
  elsewhere: 401,
  limited: 429,
  noRole: 403,
  disabled: 403,
  taken: 409,
} as const satisfies Partial<Record<SignInProblem, number>>;
type Problem = keyof typeof STATUS;

type Parts = Pick<ConsoleParts, 'config' | 'database' | 'ledger' | 'now' | 'log'>;

/** Sign-in by OpenID Connect: GET /sign-in/elsewhere sends to the provider, which sends back. Without `console.oidc` there is nothing. */
export function elsewherePages(parts: Parts): Hono {
  const routes = new Hono();
  const provider = openProvider();
  routes.get('/sign-in/elsewhere', async (context) => {
    const { oidc } = parts.config().console;
    if (oidc === null) return context.redirect('/sign-in');
    const to = returnPath(context.req.query('to'));
    try {
      const { url, flow } = await beginFlow(provider, oidc, { redirect: base(parts) + BACK_PATH, to });
      const options = { isHttps: isHttps(parts, context), seconds: FLOW_SECONDS };
      setSecretCookie(context, 'postern-oidc', sealFlow(flow), options);
      return context.redirect(url.href, 303);
    } catch (error) {
      return await failed(parts, context, { error, to });
    }
  });
  routes.get(BACK_PATH, async (context) => {
    const { oidc } = parts.config().console;
    if (oidc === null) return context.redirect('/sign-in');
    return await cameBack(parts, context, { oidc, provider });
  });
  return routes;
}

async function cameBack(
  parts: Parts,
  context: Context,
  { oidc, provider }: { readonly oidc: OidcConfig; readonly provider: Provider },
): Promise<Response> {
  const flow = openFlow(secretCookie(context, 'postern-oidc', isHttps(parts, context)));
  // It works once, whatever comes of it.
  dropCookie(context, 'postern-oidc', isHttps(parts, context));
  const to = returnPath(flow?.to);
  if (flow === null) return await refused(parts, context, { to, problem: 'elsewhere', reason: 'no cookie' });
  const { signIn, proxies } = parts.config().console;
  // Apart from passwords: who fails there is not kept out here.
  const key = `elsewhere ${attemptNetwork(clientOf(context, proxies).address)}`;
  const attempt = await beginAttempt(parts.database, { name: key, network: key }, signIn, parts.now());
  if (attempt === null)
    return await refused(parts, context, { to, problem: 'limited', reason: 'too many attempts' });
  try {
    const back = new URL(base(parts) + BACK_PATH + new URL(context.req.url).search);
    const claims = await endFlow(provider, oidc, { back, flow });
    await attempt.right();
    const arrival = await userOfClaims(parts, oidc, claims);
    if ('problem' in arrival)
      return await refused(parts, context, { to, problem: arrival.problem, reason: arrival.who });
    await beginSession(parts, context, arrival.user.name);
    return context.redirect(to, 303);
  } catch (error) {
    return await failed(parts, context, { error, to });
  }
}

/** As the provider knows us. Throws ProviderAway where nothing says it: the Host of a request is anybody's. */
function base(parts: Parts): string {
  const { url } = parts.config().console;
  if (url === null) throw new ProviderAway('console.oidc needs console.url, for the way back');
  return url;
}

async function failed(
  parts: Parts,
  context: Context,
  { error, to }: { readonly error: unknown; readonly to: string },
): Promise<Response> {
  if (error instanceof ProviderAway)
    return await refused(parts, context, { to, problem: 'away', reason: error.message });
  if (error instanceof NotProven)
    return await refused(parts, context, { to, problem: 'elsewhere', reason: error.message });
  throw error;
}

async function refused(
  parts: Parts,
  context: Context,
  { to, problem, reason }: { readonly to: string; readonly problem: Problem; readonly reason: string },
): Promise<Response> {
  parts.log.warn({ event: 'sign_in_elsewhere', problem, reason });
  return context.html(await shown(parts, context, { to, problem }), STATUS[problem]);
}
