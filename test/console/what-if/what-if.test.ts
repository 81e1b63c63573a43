import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consoleApp } from '../../../src/console/app.ts';
import { accessFor, cookieHeader, TEST_FORM_TOKEN } from '../../system/console/served-console.ts';
import { type LabConsole, labConsole, PEOPLE } from '../efficacy/lab-console.ts';

let lab: LabConsole;
let app: ReturnType<typeof consoleApp>;
let folder = '';
let file = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-what-if-'));
  file = join(folder, 'postern.yaml');
  writeFileSync(file, '# ours\ndetect: {rules: []}\npolicy:\n  default:\n    quarantine: 0.7 # agreed\n');
  lab = await labConsole((config) => ({ ...config, detect: { ...config.detect, rules: [] } }));
  app = consoleApp({ ...lab.parts, file }, accessFor(PEOPLE));
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true });
});

function get(user: string, path: string) {
  return app.request(path, { headers: { cookie: cookieHeader(user) } });
}

function post(user: string, path: string, body: unknown) {
  return app.request(path, {
    method: 'POST',
    headers: {
      cookie: cookieHeader(user),
      'content-type': 'application/json',
      'x-form-token': TEST_FORM_TOKEN,
    },
    body: JSON.stringify(body),
  });
}

const higher = { tag: 0.5, quarantine: 0.99, reject: null };

test('C9 a replay of somebody with one domain counts and names the mail of that domain alone', async () => {
  const whole = await (await get('ada', '/what-if?days=7&quarantine=0.99')).text();
  expect(whole).toContain('of 42 decisions');
  const page = await get('ann', '/what-if?days=7&quarantine=0.99');
  expect(page.status).toBe(200);
  const own = await page.text();
  expect(own).toContain('of 30 decisions');
  expect(own).not.toContain('south');
  expect(own).not.toContain('Make it so');
  expect((await get('ann', '/what-if?domain=south.example')).status).toBe(404);
}, 60_000);

test('who may not configure, or not this domain, is refused, and the file stays', async () => {
  const before = readFileSync(file, 'utf8');
  const change = { days: 1, thresholds: higher, reason: 'too much is held' };
  const path = '/api/v1/configuration/changes';
  expect((await post('ann', path, { ...change, domain: 'north.example' })).status).toBe(403);
  expect((await post('una', path, { ...change, domain: null })).status).toBe(404);
  expect((await post('vic', '/api/v1/what-if', { days: 1, thresholds: higher })).status).toBe(403);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('made so is written with its record, and undone brings the value back, once', async () => {
  const before = readFileSync(file, 'utf8');
  const path = '/api/v1/configuration/changes';
  const made = await post('ada', path, { days: 1, thresholds: higher, reason: 'too much is held' });
  expect(made.status).toBe(200);
  const { records } = (await made.json()) as { records: { id: string; before: string; after: string }[] };
  expect(records).toMatchObject([
    { subject: 'config:policy.default.quarantine', before: '0.7', after: '0.99' },
  ]);
  expect(readFileSync(file, 'utf8')).toBe(before.replace('0.7', '0.99'));
  const undo = () => post('ada', `${path}/${records[0]?.id}/undo`, { reason: 'too much came through' });
  expect((await undo()).status).toBe(200);
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect((await undo()).status).toBe(409);
}, 60_000);

test('pages that one person opens at once are all answered: only a slider drops its older questions', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => get('ada', '/what-if?days=7')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
}, 60_000);
