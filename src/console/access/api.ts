import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { newApi } from '../api/api.ts';
import { API_ERRORS } from '../api/error.ts';
import type { Environment } from '../environment.ts';
import type { ConsoleParts } from '../parts.ts';
import { changeOwnLanguage, changeOwnPassword, signOutEverywhere } from './change-account.ts';
import { clientOf } from './client.ts';
import { makeToken, revokeToken, tokensFor } from './manage-tokens.ts';
import { addUser, changeGrade, dropUser, listUsers, setDisabled, setPassword } from './manage-users.ts';
import type { ApiToken } from './tokens.ts';
import type { User } from './users.ts';

const role = z.enum(['recipient', 'viewer', 'analyst', 'admin']);
const domains = z.array(z.string()).nullable();
const grade = { role, domains: domains.optional(), address: z.string().nullable().optional() };
const gradeSchema = z.object(grade);
const password = z.string().max(2_000);
const done = z.object({ done: z.literal(true) }).openapi('Done');
const userSchema = z
  .object({
    name: z.string(),
    role,
    domains,
    address: z.string().nullable(),
    isDisabled: z.boolean(),
    createdAt: z.string(),
    createdBy: z.string(),
  })
  .openapi('User');
const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    user: z.string(),
    role,
    domains,
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    usedAt: z.string().nullable(),
  })
  .openapi('Token');

function json<T extends z.ZodType>(schema: T, description = 'Done') {
  return { description, content: { 'application/json': { schema } } };
}

function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** Users, tokens and the own account over HTTP. */
export function accessApi(parts: ConsoleParts): OpenAPIHono<Environment> {
  const api = newApi();
  userOperations(api, parts);
  tokenOperations(api, parts);
  accountOperations(api, parts);
  return api;
}

function userOperations(api: OpenAPIHono<Environment>, parts: ConsoleParts): void {
  const tags = ['users'];
  const params = z.object({ name: z.string() });
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/users',
      tags,
      responses: { 200: json(z.object({ users: z.array(userSchema) })), ...API_ERRORS },
    }),
    async (context) =>
      context.json({ users: (await listUsers(parts, context.var.principal)).map(userOf) }, 200),
  );
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/users',
      tags,
      request: { body: body(z.object({ name: z.string(), password, ...grade })) },
      responses: { 201: json(userSchema), ...API_ERRORS },
    }),
    async (context) =>
      context.json(userOf(await addUser(parts, context.var.principal, context.req.valid('json'))), 201),
  );
  api.openapi(
    createRoute({
      method: 'put',
      path: '/api/v1/users/{name}/role',
      tags,
      request: { params, body: body(gradeSchema) },
      responses: { 200: json(done), ...API_ERRORS },
    }),
    async (context) => {
      const { name } = context.req.valid('param');
      await changeGrade(parts, context.var.principal, { name, ...context.req.valid('json') });
      return context.json({ done: true as const }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'put',
      path: '/api/v1/users/{name}/password',
      tags,
      request: { params, body: body(z.object({ password })) },
      responses: { 200: json(done), ...API_ERRORS },
    }),
    async (context) => {
      const { name } = context.req.valid('param');
      await setPassword(parts, context.var.principal, { name, ...context.req.valid('json') });
      return context.json({ done: true as const }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'put',
      path: '/api/v1/users/{name}/disabled',
      tags,
      request: { params, body: body(z.object({ isDisabled: z.boolean() })) },
      responses: { 200: json(done), ...API_ERRORS },
    }),
    async (context) => {
      const { name } = context.req.valid('param');
      await setDisabled(parts, context.var.principal, { name, ...context.req.valid('json') });
      return context.json({ done: true as const }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'delete',
      path: '/api/v1/users/{name}',
      tags,
      request: { params },
      responses: { 200: json(done), ...API_ERRORS },
    }),
    async (context) => {
      await dropUser(parts, context.var.principal, context.req.valid('param'));
      return context.json({ done: true as const }, 200);
    },
  );
}

function tokenOperations(api: OpenAPIHono<Environment>, parts: ConsoleParts): void {
  const tags = ['tokens'];
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/tokens',
      tags,
      responses: { 200: json(z.object({ tokens: z.array(tokenSchema) })), ...API_ERRORS },
    }),
    async (context) =>
      context.json({ tokens: (await tokensFor(parts, context.var.principal)).map(tokenOf) }, 200),
  );
  const given = z.object({
    name: z.string(),
    role,
    domains: domains.optional(),
    days: z.number().nullable().describe('Until it ends; null: never'),
  });
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/v1/tokens',
      tags,
      request: { body: body(given) },
      responses: { 201: json(z.object({ token: z.string() }), 'The token, this one time'), ...API_ERRORS },
    }),
    async (context) => {
      const token = await makeToken(parts, context.var.principal, context.req.valid('json'));
      context.header('cache-control', 'no-store');
      return context.json({ token }, 201);
    },
  );
  api.openapi(
    createRoute({
      method: 'delete',
      path: '/api/v1/tokens/{id}',
      tags,
      request: { params: z.object({ id: z.string() }) },
      responses: { 200: json(done), ...API_ERRORS },
    }),
    async (context) => {
      await revokeToken(parts, context.var.principal, context.req.valid('param').id);
      return context.json({ done: true as const }, 200);
    },
  );
}

function accountOperations(api: OpenAPIHono<Environment>, parts: ConsoleParts): void {
  const tags = ['account'];
  api.openapi(
    createRoute({
      method: 'put',
      path: '/api/v1/account/password',
      tags,
      request: { body: body(z.object({ current: password, next: password })) },
      responses: { 200: json(done), ...API_ERRORS },
    }),
    async (context) => {
      const { address } = clientOf(context, parts.config().console.proxies);
      const input = { ...context.req.valid('json'), address, session: null };
      await changeOwnPassword(parts, context.var.principal, input);
      return context.json({ done: true as const }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'put',
      path: '/api/v1/account/language',
      tags,
      request: { body: body(z.object({ language: z.enum(['en', 'de']).nullable() })) },
      responses: { 200: json(done), ...API_ERRORS },
    }),
    async (context) => {
      await changeOwnLanguage(parts, context.var.principal, context.req.valid('json').language);
      return context.json({ done: true as const }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'delete',
      path: '/api/v1/account/sessions',
      tags,
      responses: { 200: json(done), ...API_ERRORS },
    }),
    async (context) => {
      await signOutEverywhere(parts, context.var.principal);
      return context.json({ done: true as const }, 200);
    },
  );
}

function userOf({ name, role, domains, address, isDisabled, createdAt, createdBy }: User) {
  const list = domains === null ? null : [...domains];
  return { name, role, domains: list, address, isDisabled, createdAt: createdAt.toISOString(), createdBy };
}

function tokenOf({ domains, createdAt, expiresAt, usedAt, ...same }: ApiToken) {
  return {
    ...same,
    domains: domains === null ? null : [...domains],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    usedAt: usedAt?.toISOString() ?? null,
  };
}
