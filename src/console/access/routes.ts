import { type Context, Hono } from 'hono';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { accountPage } from './account-page.ts';
import { changeOwnLanguage, changeOwnPassword, ownUser, signOutEverywhere } from './change-account.ts';
import { clientOf } from './client.ts';
import { makeToken, revokeToken, tokensFor } from './manage-tokens.ts';
import { addUser, changeGrade, dropUser, listUsers, setDisabled, setPassword } from './manage-users.ts';
import { AccessRefusal } from './problem.ts';
import { keptSecret } from './secret.ts';
import { sessionSecret } from './session-secret.ts';
import { sessionsOf } from './sessions.ts';
import { tokensPage } from './tokens-page.ts';
import { usersPage } from './users-page.ts';

type Requested = Context<Environment>;
type Form = Readonly<Record<string, string>>;

/** Users, tokens and the own account. */
export function accessPages(parts: ConsoleParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  userRoutes(routes, parts);
  tokenRoutes(routes, parts);
  accountRoutes(routes, parts);
  return routes;
}

function userRoutes(routes: Hono<Environment>, parts: ConsoleParts): void {
  routes.get('/access', async (context) => {
    const users = await listUsers(parts, context.var.principal);
    return context.html(usersPage(context.var, users, context.req.query()));
  });
  routes.post('/access/users', (context) =>
    done(context, '/access', ({ name = '', password = '', role = '', domains, address }) =>
      addUser(parts, context.var.principal, { name, password, role, domains, address }),
    ),
  );
  const change = (verb: string, work: (context: Requested, name: string, form: Form) => Promise<unknown>) =>
    routes.post(`/access/users/:name/${verb}`, (context) =>
      done(context, '/access', (form) => work(context, context.req.param('name'), form)),
    );
  change('role', ({ var: { principal } }, name, { role = '', domains, address }) =>
    changeGrade(parts, principal, { name, role, domains, address }),
  );
  change('password', ({ var: { principal } }, name, { password = '' }) =>
    setPassword(parts, principal, { name, password }),
  );
  change('disable', ({ var: { principal } }, name) =>
    setDisabled(parts, principal, { name, isDisabled: true }),
  );
  change('enable', ({ var: { principal } }, name) =>
    setDisabled(parts, principal, { name, isDisabled: false }),
  );
  change('remove', ({ var: { principal } }, name) => dropUser(parts, principal, { name }));
}

function tokenRoutes(routes: Hono<Environment>, parts: ConsoleParts): void {
  routes.get('/tokens', async (context) => {
    const tokens = await tokensFor(parts, context.var.principal);
    return context.html(tokensPage(context.var, tokens, { query: context.req.query() }));
  });
  routes.post('/tokens', async (context) => {
    const { name = '', role = '', domains, days = '' } = await formOf(context);
    const { principal } = context.var;
    let made: string;
    try {
      made = await makeToken(parts, principal, {
        name: name.trim(),
        role,
        domains: domains?.trim() === '' ? null : domains,
        days: days.trim() === '' ? null : Number(days),
      });
    } catch (error) {
      return refused(context, '/tokens', error);
    }
    context.header('cache-control', 'no-store');
    return context.html(tokensPage(context.var, await tokensFor(parts, principal), { query: {}, made }));
  });
  routes.post('/tokens/:id/revoke', (context) =>
    done(context, '/tokens', () => revokeToken(parts, context.var.principal, context.req.param('id'))),
  );
}

function accountRoutes(routes: Hono<Environment>, parts: ConsoleParts): void {
  const current = (context: Requested) => {
    const secret = sessionSecret(parts, context);
    return secret === null ? null : keptSecret(secret);
  };
  routes.get('/account', async (context) => {
    const user = await ownUser(parts, context.var.principal);
    const sessions = await sessionsOf(parts.database, user.name);
    const account = { user, sessions, current: current(context) };
    return context.html(accountPage(context.var, account, context.req.query()));
  });
  routes.post('/account/password', (context) =>
    done(context, '/account', (form) =>
      changeOwnPassword(parts, context.var.principal, {
        current: form.current ?? '',
        next: form.next ?? '',
        address: clientOf(context, parts.config().console.proxies).address,
        session: current(context),
      }),
    ),
  );
  routes.post('/account/language', (context) =>
    done(context, '/account', ({ language = '' }) =>
      changeOwnLanguage(parts, context.var.principal, language === '' ? null : language),
    ),
  );
  routes.post('/account/sign-out-everywhere', (context) =>
    done(context, '/sign-in', () => signOutEverywhere(parts, context.var.principal)),
  );
}

/** After a form its page again (303), with what became of it. */
async function done(
  context: Requested,
  path: string,
  work: (form: Form) => Promise<unknown>,
): Promise<Response> {
  try {
    await work(await formOf(context));
  } catch (error) {
    return refused(context, path, error);
  }
  return context.redirect(`${path}?done`, 303);
}

/** What somebody may not, or cannot see, is a page of its own; all else is said above the form. */
function refused(context: Requested, path: string, error: unknown): Response {
  if (!(error instanceof AccessRefusal) || error.reason === 'forbidden' || error.reason === 'missing')
    throw error;
  return context.redirect(`${path}?problem=${error.problem}`, 303);
}

async function formOf(context: Requested): Promise<Form> {
  const body = await context.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
