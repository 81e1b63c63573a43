import { afterAll, beforeAll, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { beginAttempt } from '../../../src/console/access/attempts.ts';
import { makeToken } from '../../../src/console/access/manage-tokens.ts';
import { changeGrade, dropUser, listUsers } from '../../../src/console/access/manage-users.ts';
import { tokenPrincipal } from '../../../src/console/access/tokens.ts';
import { type PostgresServer, postgresRequirement, startPostgres } from '../../database/postgres.ts';
import { describeWith } from '../../describe-with.ts';
import { PASSWORD, type People, people, post, ROOT, signedIn } from './people.ts';

describeWith(postgresRequirement, 'users, sessions and tokens in PostgreSQL', () => {
  let server: PostgresServer;
  let console: People;

  beforeAll(async () => {
    server = await startPostgres();
    const { database } = configSchema.parse({ database: { url: server.url } });
    console = await people({}, { database });
  }, 60_000);
  afterAll(async () => {
    await console?.close();
    await server?.close();
  });

  test('who signs in has a session, until the role changes', async () => {
    const cookie = await signedIn(console, 'kim');
    const account = async () => (await console.app.request('/account', { headers: { cookie } })).status;
    expect(await account()).toBe(200);
    await changeGrade(console.parts, ROOT, { name: 'kim', role: 'viewer', domains: 'example.com' });
    expect(await account()).toBe(303);
    const names = (await listUsers(console.parts, ROOT)).map(({ name, domains }) => [name, domains]);
    expect(names).toEqual([
      ['kim', ['example.com']],
      ['lee', null],
      ['pat', null],
    ]);
  });

  test('C7 of many attempts at once no more than the limit are tried', async () => {
    const limits = { attempts: 5, windowMinutes: 15 };
    const tries = Array.from({ length: 40 }, (_, index) =>
      beginAttempt(console.database, { name: 'nobody', network: `net ${index}` }, limits, console.clock),
    );
    const begun = (await Promise.all(tries)).filter((one) => one !== null);
    expect(begun.length).toBeLessThanOrEqual(limits.attempts);
    const later = new Date(console.clock.getTime() + limits.windowMinutes * 60_000 + 1);
    const who = { name: 'nobody', network: 'net' };
    expect(await beginAttempt(console.database, who, limits, later)).not.toBeNull();
  });

  test('a name is taken once, also by two at once; a user takes sessions and tokens along', async () => {
    const cookie = await signedIn(console, 'lee');
    const lee = { name: 'lee', role: 'viewer', domains: null, address: null } as const;
    const secret = await makeToken(console.parts, lee, { name: 'nightly', role: 'viewer', days: 1 });
    await expect(makeToken(console.parts, lee, { name: 'nightly', role: 'viewer', days: 1 })).rejects.toThrow(
      'taken',
    );
    expect(await tokenPrincipal(console.database, secret, console.clock)).toMatchObject({ role: 'viewer' });
    await dropUser(console.parts, ROOT, { name: 'lee' });
    expect(await tokenPrincipal(console.database, secret, console.clock)).toBeNull();
    expect((await console.app.request('/account', { headers: { cookie } })).status).toBe(303);
    expect((await post(console, '/sign-in', { name: 'lee', password: PASSWORD })).status).toBe(401);
  });
});
