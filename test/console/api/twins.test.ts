import { expect, test } from 'vitest';
import { z } from 'zod';
import { DOCUMENT_PATH } from '../../../src/console/api/api.ts';
import { people, signedIn } from '../access/people.ts';

/** What a form of a page does, and the operation of the API that does the same. */
const TWINS: Readonly<Record<string, string>> = {
  '/access/users': 'post /api/v1/users',
  '/access/users/:name/disable': 'put /api/v1/users/{name}/disabled',
  '/access/users/:name/enable': 'put /api/v1/users/{name}/disabled',
  '/access/users/:name/password': 'put /api/v1/users/{name}/password',
  '/access/users/:name/remove': 'delete /api/v1/users/{name}',
  '/access/users/:name/role': 'put /api/v1/users/{name}/role',
  '/account/language': 'put /api/v1/account/language',
  '/account/password': 'put /api/v1/account/password',
  '/account/sign-out-everywhere': 'delete /api/v1/account/sessions',
  '/cases': 'post /api/v1/cases',
  '/cases/:id/close': 'post /api/v1/cases/{id}/close',
  '/cases/:id/reopen': 'post /api/v1/cases/{id}/reopen',
  '/detectors/:id/back': 'post /api/v1/detectors/{id}/back',
  '/detectors/:id/status': 'post /api/v1/detectors/{id}/status',
  '/held': 'post /api/v1/held',
  '/held/:id': 'post /api/v1/held/{id}',
  '/own/:id/ask': 'post /api/v1/own/{id}',
  '/own/:id/release': 'post /api/v1/own/{id}',
  '/own/letters': 'put /api/v1/own/letters',
  '/tokens': 'post /api/v1/tokens',
  '/tokens/:id/revoke': 'delete /api/v1/tokens/{id}',
  '/what-if': 'post /api/v1/what-if',
  '/what-if/apply': 'post /api/v1/configuration/changes',
  '/what-if/result': 'post /api/v1/what-if',
  '/what-if/undo': 'post /api/v1/configuration/changes/{id}/undo',
};

const SESSIONS = 'a session is of a browser; a script has a token';
const WITHOUT: Readonly<Record<string, string>> = {
  '/sign-in': SESSIONS,
  '/sign-out': SESSIONS,
  '/letters/:token': 'the link of a letter is its own proof, for a person who reads it',
};

const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

test('what a page changes, the API changes too', async () => {
  const console = await people();
  const cookie = await signedIn(console, 'pat');
  const answer = await console.app.request(DOCUMENT_PATH, { headers: { cookie } });
  const { paths } = documentSchema.parse(await answer.json());
  const operations = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb} ${path}`),
  );
  const forms = new Set(
    console.app.routes
      .filter(({ method, path }) => !['GET', 'ALL'].includes(method) && !path.startsWith('/api/'))
      .map(({ path }) => path),
  );
  await console.close();
  expect([...forms].toSorted()).toEqual([...Object.keys(TWINS), ...Object.keys(WITHOUT)].toSorted());
  expect(Object.values(TWINS).filter((twin) => !operations.includes(twin))).toEqual([]);
});
