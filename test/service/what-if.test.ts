import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { addUser } from '../../src/console/access/manage-users.ts';
import { insertToken } from '../../src/console/access/tokens.ts';
import type { ReplaySummary } from '../../src/lab/replay/summary.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { type Service, startService } from '../../src/service/service.ts';
import { Chat } from '../gate/support/chat.ts';
import { FakeHop } from '../gate/support/fake-hop.ts';

const ROOT = join(import.meta.dirname, '../..');
const BASE_RULE = {
  id: 'speaks_of_a_parcel',
  category: 'scam',
  status: 'active',
  weight: 1,
  when: 'message.subject.contains("parcel")',
  words: 'The subject speaks of a parcel',
  falsePositives: 'Shops',
  tests: ['match-1', 'no-match-1'],
};

let folder = '';
let file = '';
let hop: FakeHop;
let service: Service;
let token = '';
const verdicts: Verdict[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-made-so-'));
  file = join(folder, 'postern.yaml');
  mkdirSync(join(folder, 'base'));
  writeFileSync(join(folder, 'base/rules.yaml'), stringify({ rules: [BASE_RULE] }));
  writeFileSync(join(folder, 'people.csv'), 'Pat Example,pat@example.com\n');
  hop = new FakeHop({});
  await hop.start();
  writeFileSync(file, `# ours\n${stringify(settings(hop.port))}`);
  service = await startService(loadConfig(file, {}), {
    log: pino({ level: 'silent' }),
    onDecision: ({ verdict }) => verdicts.push(verdict),
  });
  token = await tokenOf(service);
}, 120_000);
afterAll(async () => {
  await service.close();
  await hop.close();
  rmSync(folder, { recursive: true });
});

function settings(port: number) {
  const at = (name: string) => join(folder, name);
  return {
    gate: { listen: ['127.0.0.1:0'], spool: at('spool'), nextHop: { host: '127.0.0.1', port, tls: 'off' } },
    authentication: { dns: { enabled: false } },
    identity: { people: 'people.csv', lists: join(ROOT, 'config/lists') },
    detect: { model: null, rules: ['base'], experiments: at('experiments.yaml') },
    policy: { default: { tag: null, quarantine: 0.99, reject: null } },
    quarantine: { directory: at('held') },
    reputation: { file: at('reputation.sqlite') },
    privacy: { keyFile: at('key') },
    ledger: { directory: at('ledger') },
    feedback: { cases: at('cases') },
    lab: { data: at('data') },
    inspection: { workers: 1 },
    observe: { listen: null },
    console: { listen: '127.0.0.1:0' },
  };
}

async function tokenOf({ quarantine: { database } }: Service): Promise<string> {
  const parts = { database, ledger: { append: async () => true }, now: () => new Date() };
  const boot = { name: 'boot', role: 'admin', domains: null, address: null } as const;
  await addUser(parts as unknown as Parameters<typeof addUser>[0], boot, {
    name: 'ada',
    role: 'admin',
    domains: null,
    address: null,
    password: 'tall ships sail at noon',
  });
  const grade = { name: 'test', user: 'ada', role: 'admin', domains: null } as const;
  const made = await insertToken(database, { ...grade, createdAt: new Date(), expiresAt: null });
  if (made === null) throw new Error('no token was made');
  return made.secret;
}

interface Answer {
  readonly summary: ReplaySummary;
  readonly tests: readonly { readonly passed: boolean }[];
  readonly records: readonly { readonly id: string; readonly subject: string }[];
  readonly inForce: boolean;
  readonly refused: string | null;
}

async function ask(path: string, body: unknown): Promise<Answer> {
  const { host, port } = service.console ?? { host: '', port: 0 };
  const answer = await fetch(`http://${host}:${port}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return JSON.parse(text);
}

/** Sends it through the gate; the verdict. */
async function sent(subject: string): Promise<Verdict | undefined> {
  const chat = await Chat.hello(service.addresses[0]?.port ?? 0);
  const raw = `From: Jo <jo@shop.example>\r\nTo: pat@example.com\r\nSubject: ${subject}\r\nMessage-ID: <${verdicts.length}@shop.example>\r\n\r\nHello\r\n`;
  await chat.send('jo@shop.example', ['pat@example.com'], raw);
  return verdicts.at(-1);
}

const NOW = { tag: null, quarantine: 0.99, reject: null };
const undo = (id = '') => ask(`configuration/changes/${id}/undo`, { reason: 'enough' });

test('thresholds made so give the verdict that the replay foretold, undone the one of before', async () => {
  expect(await sent('Your parcel waits: parcel fee')).toBe('accept');
  const tried = { days: 1, domain: null, thresholds: { ...NOW, quarantine: 0.01 } };
  const { summary } = await ask('what-if', tried);
  expect(summary).toMatchObject({ replayed: 1, changes: [{ after: { verdict: 'quarantine' } }] });
  const made = await ask('configuration/changes', { ...tried, reason: 'too much gets through' });
  expect(made).toMatchObject({ inForce: true, refused: null });
  expect(await sent('Your parcel waits: parcel fee')).toBe('quarantine');
  expect(await undo(made.records[0]?.id)).toMatchObject({ inForce: true });
  expect(await sent('Your parcel waits: parcel fee')).toBe('accept');
}, 120_000);

const RULE = `id: asks_for_a_fee
category: scam
weight: 9
when: message.subject.contains("customs")
words: The subject speaks of customs
falsePositives: Customs
tests:
  match-1: |
    From: jo@shop.example
    Subject: customs

    Pay.
  no-match-1: |
    From: jo@shop.example
    Subject: lunch

    Come.
`;

test('a rule made so decides as its trial foretold, beside the rules of before; undone it is gone', async () => {
  expect(await sent('customs fee')).toBe('accept');
  const tried = { days: 1, domain: null, thresholds: NOW, rule: RULE };
  const { summary, tests } = await ask('what-if', tried);
  expect(tests.map(({ passed }) => passed)).toEqual([true, true]);
  expect(summary).toMatchObject({ changed: 1, changes: [{ after: { verdict: 'quarantine' } }] });
  const made = await ask('configuration/changes', { ...tried, reason: 'fees', status: 'active' });
  expect(made).toMatchObject({ inForce: true, refused: null });
  expect(made.records.map(({ subject }) => subject)).toEqual(['rule:asks_for_a_fee', 'config:detect.rules']);
  expect(loadConfig(file, {}).config.detect.rules).toEqual([
    join(folder, 'base'),
    join(folder, 'rules/console.yaml'),
  ]);
  expect(readFileSync(join(folder, 'rules/tests/asks_for_a_fee/match-1.eml'), 'utf8')).toContain('customs');
  expect(await sent('customs fee')).toBe('quarantine');
  expect(await undo(made.records[0]?.id)).toMatchObject({ inForce: true });
  expect(readFileSync(join(folder, 'rules/console.yaml'), 'utf8')).not.toContain('asks_for_a_fee');
  expect(await sent('customs fee')).toBe('accept');
}, 120_000);

test('a rule in shadow, without tests, changes no verdict; one that decides needs them', async () => {
  const rule = RULE.slice(0, RULE.indexOf('tests:'));
  const tried = { days: 1, domain: null, thresholds: NOW, rule, reason: 'to see' };
  await expect(ask('configuration/changes', { ...tried, status: 'active' })).rejects.toThrow('400');
  const made = await ask('configuration/changes', tried);
  expect(made).toMatchObject({ inForce: true });
  expect(await sent('customs fee')).toBe('accept');
  await undo(made.records[0]?.id);
}, 120_000);

test('what the gate does not take over is said in its own words, and the old configuration goes on', async () => {
  writeFileSync(join(folder, 'people.csv'), 'Pat,pat@example.com\n');
  const tried = { days: 1, domain: null, thresholds: { ...NOW, quarantine: 0.01 }, reason: 'stricter' };
  const made = await ask('configuration/changes', tried);
  expect(made).toMatchObject({ inForce: false, refused: expect.stringContaining('people.csv') });
  expect(await sent('Your parcel waits: parcel fee')).toBe('accept');
}, 120_000);
