import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type ConfigWatch, watchConfig } from '../../src/config/reload.ts';
import { readExperiments } from '../../src/detect/experiments/file.ts';
import { readLedger } from '../../src/ledger/reader.ts';
import { changeStatus, rollBack, subjectOf } from '../../src/service/change-status.ts';
import { openInstruments } from '../../src/service/instruments.ts';
import { rule } from '../detect/rules/yaml.ts';

let folder = '';
let watching: ConfigWatch | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-status-'));
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'rules/a.yaml'), rule({ id: 'parcel_fee', status: 'shadow' }));
  writeFileSync(join(folder, 'rules/b.yaml'), rule({ id: 'untested', status: 'shadow', tests: ['match-1'] }));
  writeFileSync(
    join(folder, 'postern.yaml'),
    `detect: {model: null, rules: [rules], experiments: state/e.yaml}\nledger: {directory: ${folder}/ledger}\nobserve: {log: {level: error}}\n`,
  );
});
afterEach(async () => {
  await watching?.close();
  watching = null;
  rmSync(folder, { recursive: true });
});

const loaded = () => loadConfig(join(folder, 'postern.yaml'), {});
const change = { actor: 'pat', reason: 'a wave', action: 'promote', at: new Date('2026-03-01T12:00:00Z') };
const audit = () => Array.fromAsync(readLedger(join(folder, 'ledger'), { kind: 'audit' }));

test('a promotion holds when instruments are opened, is private and whole, and is in the ledger', async () => {
  const { config } = loaded();
  await changeStatus(config, 'parcel_fee', 'canary: 5%', change);
  expect(statSync(config.detect.experiments).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'state'))).toEqual(['e.yaml']);
  const { detectors, close } = await openInstruments(config, { reputation: null, resolver: null });
  expect(detectors.rules.rules.map(({ id, status }) => [id, status])).toEqual([
    ['parcel_fee', 'canary: 5%'],
    ['untested', 'shadow'],
  ]);
  await close();
  expect(await audit()).toMatchObject([
    {
      kind: 'audit',
      at: '2026-03-01T12:00:00.000Z',
      actor: 'pat',
      action: 'promote',
      subject: 'rule:parcel_fee',
      before: null,
      after: 'canary: 5%',
      reason: 'a wave',
    },
  ]);
});

test('a rollback goes back one change, then the one before it, each recorded; then there is none', async () => {
  const { config } = loaded();
  await changeStatus(config, 'parcel_fee', 'canary: 5%', change);
  const first = readFileSync(config.detect.experiments, 'utf8');
  await changeStatus(config, 'rule:parcel_fee', 'active', change);
  const back = { ...change, action: 'rollback' };
  expect(await rollBack(config, 'parcel_fee', back)).toMatchObject({ before: 'active', after: 'canary: 5%' });
  expect(readFileSync(config.detect.experiments, 'utf8')).toBe(first);
  expect(await rollBack(config, null, back)).toMatchObject({ before: 'canary: 5%', after: null });
  expect(readExperiments(config.detect.experiments)).toEqual({ statuses: {}, changes: [] });
  await expect(rollBack(config, null, back)).rejects.toThrow('no change to take back');
  expect((await audit()).map(({ action }) => action)).toEqual(['promote', 'promote', 'rollback', 'rollback']);
});

test('two changes at once are both kept', async () => {
  const { config } = loaded();
  await Promise.all([
    changeStatus(config, 'parcel_fee', 'active', change),
    changeStatus(config, 'untested', 'off', change),
  ]);
  expect(readExperiments(config.detect.experiments).statuses).toEqual({
    'rule:parcel_fee': 'active',
    'rule:untested': 'off',
  });
});

test('a name that nobody has is refused with the nearest, and nothing is written', async () => {
  const { config } = loaded();
  await expect(changeStatus(config, 'parcel_fe', 'active', change)).rejects.toThrow(
    'did you mean parcel_fee?',
  );
  expect(readExperiments(config.detect.experiments).changes).toEqual([]);
  expect(await audit()).toEqual([]);
});

test('a rule without a test of each kind may watch, and may not decide', async () => {
  const { config } = loaded();
  await expect(changeStatus(config, 'untested', 'canary: 1%', change)).rejects.toThrow(
    'rule:untested: needs a no-match- test',
  );
  await changeStatus(config, 'untested', 'off', change);
});

test('models have short names where these say which', () => {
  const subjects = ['rule:a', 'model:m@1', 'model:m@2', 'model:n@1'];
  expect(subjectOf('n', { subjects })).toBe('model:n@1');
  expect(subjectOf('model:m@2', { subjects })).toBe('model:m@2');
  expect(() => subjectOf('m', { subjects })).toThrow('more than one: model:m@1, model:m@2');
});

test('a running gate hears of the first promotion, though there was no file before', async () => {
  mkdirSync(join(folder, 'state'));
  const taken: string[] = [];
  watching = watchConfig(
    loaded(),
    {
      onReload: ({ config }) =>
        void taken.push(...Object.keys(readExperiments(config.detect.experiments).statuses)),
      onRefused: () => undefined,
    },
    {},
  );
  await changeStatus(loaded().config, 'parcel_fee', 'active', change);
  await vi.waitFor(() => expect(taken).toContain('rule:parcel_fee'), 10_000);
});
