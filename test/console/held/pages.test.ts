import { Hono } from 'hono';
import { expect, test, vi } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import type { Environment } from '../../../src/console/environment.ts';
import { heldPages } from '../../../src/console/held/routes.ts';
import { viewPolicy } from '../../../src/console/held/view-policy.ts';
import type { ConsoleParts } from '../../../src/console/parts.ts';
import type { Role } from '../../../src/console/principal.ts';
import { REFUSAL_STATUS, Refusal } from '../../../src/console/refusal.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { newMailId } from '../../../src/mail/id.ts';
import { createMetrics } from '../../../src/observe/metrics.ts';
import type { Held, Quarantine } from '../../../src/quarantine/quarantine.ts';
import { covers } from '../../../src/quarantine/scope.ts';

const ID = newMailId(0);
const NASTY = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>';
const MAIL = bufferContent(
  Buffer.from(
    [
      'From: "<script>x</script>" <a@evil.example>',
      `Subject: ${NASTY}`,
      'Content-Type: text/html',
      '',
      '<script>alert(3)</script><p onclick=x>hello</p><a href="http://evil.example/">go</a><img src="http://evil.example/p">',
    ].join('\r\n'),
  ),
);
const HELD: Held = {
  id: ID,
  heldAt: new Date(0),
  state: 'held',
  envelope: {
    clientIp: null,
    clientName: null,
    helo: null,
    mailFrom: 'a@evil.example',
    rcptTo: ['b@one.example'],
  },
  recipients: ['b@one.example'],
  fates: [{ recipient: 'b@one.example', state: 'held', releasedAt: null, releasedBy: null }],
  from: '=cmd|calc <a@evil.example>',
  subject: `${NASTY}${'x'.repeat(10_000)}`,
  category: 'spam',
  score: 0.9,
  reasons: [NASTY],
  likeness: [],
  sizeBytes: MAIL.size,
  releasedAt: null,
  note: null,
};

function served(role: Role, domains: readonly string[] | null = null) {
  const append = vi.fn(async () => true);
  const remove = vi.fn(async () => undefined);
  const inScope = (scope: Parameters<Quarantine['find']>[0]['scope']) => covers(scope, 'b@one.example');
  const found = (is: boolean) => ({ rows: is ? [HELD] : [], total: is ? 1 : 0, more: false, next: null });
  const quarantine = {
    find: async ({ scope }) => found(inScope(scope)),
    get: async (id, scope) => (id === ID && (scope === undefined || inScope(scope)) ? HELD : null),
    decision: async () => null,
    content: async () => MAIL,
    similar: async () => [],
    delete: remove,
    release: async (_id, _choice, deliver) => {
      await deliver(HELD, MAIL);
      return HELD;
    },
  } satisfies Partial<Quarantine>;
  const nextHop = { host: '127.0.0.1', port: 1 };
  const parts = {
    config: () => configSchema.parse({ gate: { nextHop } }),
    quarantine,
    ledger: { append },
    metrics: createMetrics(),
    now: () => new Date(0),
  } as unknown as ConsoleParts;
  const app = new Hono<Environment>();
  app.use('/held/:id/view', viewPolicy);
  app.use(async (context, next) => {
    context.set('principal', { name: 'ada', role, domains, address: null });
    context.set('language', 'en');
    context.set('formToken', 't');
    await next();
  });
  app.route('/', heldPages(parts));
  app.onError((error, context) => {
    if (error instanceof Refusal) return context.text(error.message, REFUSAL_STATUS[error.reason]);
    throw error;
  });
  const post = (path: string, fields: Record<string, string>) =>
    app.request(path, { method: 'POST', body: new URLSearchParams(fields) });
  return { app, append, remove, post };
}

test.each(['/held', `/held/${ID}`])('C1 script of the sender is text on %s', async (path) => {
  const answer = await served('admin').app.request(path);
  const page = await answer.text();
  expect(answer.status).toBe(200);
  expect(page).toContain('&lt;script&gt;');
  expect(page).not.toMatch(/<script>|<img src=x|href="http/);
});

test('C1 the safe view has text alone, under a policy that allows nothing', async () => {
  const answer = await served('viewer').app.request(`/held/${ID}/view`);
  expect(await answer.text()).toMatch(/<body><p>hello<\/p>go<\/body>/);
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
});

test.each(['..%2f..%2fetc%2fpasswd', '%00', '__proto__', `${ID}x`])('C3 %s is no message', async (id) => {
  const { app } = served('admin');
  for (const path of [`/held/${id}`, `/held/${id}/raw`, `/held/${id}/view`])
    expect((await app.request(path)).status).toBe(404);
});

test('C4 the export has no formula', async () => {
  expect(await (await served('analyst').app.request('/held/export.csv')).text()).toContain('"\'=cmd|calc');
});

test('C9 mail of another domain is not there, whatever is asked', async () => {
  const { app, post, remove } = served('analyst', ['two.example']);
  for (const path of [`/held/${ID}`, `/held/${ID}/raw`, `/held/${ID}/view`])
    expect((await app.request(path)).status).toBe(404);
  for (const path of ['/held', '/held/export.csv'])
    expect(await (await app.request(path)).text()).not.toContain(ID);
  expect((await post(`/held/${ID}`, { action: 'delete' })).status).toBe(404);
  await post('/held', { action: 'delete', id: ID });
  expect(remove).not.toHaveBeenCalled();
});

test('a viewer neither acts nor has the raw mail', async () => {
  const { app, post } = served('viewer');
  expect((await post(`/held/${ID}`, { action: 'delete' })).status).toBe(403);
  expect((await app.request(`/held/${ID}/raw`)).status).toBe(403);
});

test('a deletion is written down with who and why', async () => {
  const { append, post } = served('analyst');
  expect((await post(`/held/${ID}`, { action: 'delete', reason: 'known fraud' })).status).toBe(200);
  expect(append).toHaveBeenCalledWith(
    expect.objectContaining({
      kind: 'audit',
      actor: 'ada',
      action: 'delete',
      subject: `mail:${ID}`,
      reason: 'known fraud',
    }),
  );
});

test('with the next hop down a release says that the message stays held', async () => {
  const { append, post } = served('analyst');
  const answer = await post(`/held/${ID}`, { action: 'release' });
  expect(answer.status).toBe(409);
  expect(await answer.text()).toContain('stays held');
  expect(append).not.toHaveBeenCalled();
});
