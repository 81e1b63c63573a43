import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { SCHEMA_HASH } from '../../src/detect/features/schema.ts';
import { type Inspector, openInspector } from '../../src/inspection/inspector.ts';
import { bufferContent, fileContent } from '../../src/mail/content.ts';
import { createLogger } from '../../src/observe/log.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import { mailOf } from '../evidence/message-factory.ts';
import { letter } from './letters.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MODEL = join(ROOT, 'models', 'postern-1');

let folder: string;
let inspector: Inspector | null;
let logged: string[];
let metrics: ReturnType<typeof createMetrics>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-inspector-'));
  inspector = null;
  logged = [];
  metrics = createMetrics();
});
afterEach(async () => {
  await inspector?.close();
  rmSync(folder, { recursive: true });
});

function configOf(settings: string): Config {
  const file = join(folder, 'postern.yaml');
  writeFileSync(file, `authentication: {dns: {enabled: false}}\ngate: {spool: ${folder}}\n${settings}`);
  return loadConfig(file, {}).config;
}

const RULES_ONLY = 'detect: {model: null}';

async function open(settings: string): Promise<Inspector> {
  const log = createLogger({ level: 'info', addresses: 'full' }, { write: (line) => void logged.push(line) });
  const config = configOf(settings);
  inspector = await openInspector(config, { memory: memoryReputation(config.reputation), metrics, log });
  return inspector;
}

const mail = () => {
  const { raw, mailFrom } = letter('ines@alder.example');
  return mailOf({ content: bufferContent(raw), envelope: { mailFrom, rcptTo: ['bo@birch.example'] } });
};

/** A thread that loads rules, lists and model takes seconds of a processor that others want, too. */
const LIMIT = { timeout: 200_000 };

describe.each([0, 1])('inspection with %i workers', LIMIT, (workers) => {
  const settings = `${RULES_ONLY}\ninspection: {workers: ${workers}}`;

  it('judges a message in memory and in a file the same', async () => {
    const { inspect } = await open(settings);
    const one = mail();
    const path = join(folder, 'mail.eml');
    writeFileSync(path, await one.content.head(one.content.size));
    const stored = { ...one, content: fileContent(path, one.content.size) };
    const { stageSeconds: _, ...fromMemory } = await inspect(one);
    const { stageSeconds: __, ...fromFile } = await inspect(stored);
    expect(fromFile).toEqual(fromMemory);
    expect(fromMemory).toMatchObject({ id: one.id, receivedAt: one.receivedAt, envelope: one.envelope });
    expect(fromMemory.features).toBeInstanceOf(Float32Array);
    expect(fromMemory.evidence.reputation).toMatchObject({ status: 'ok', facts: { remembers: true } });
  });

  it('says which content it could not read, and goes on', async () => {
    const { inspect } = await open(settings);
    const gone = { ...mail(), content: fileContent(join(folder, 'gone.eml'), 10) };
    await expect(inspect(gone)).rejects.toThrow('gone.eml');
    expect((await inspect(mail())).verdict).toBe('accept');
    expect(await metrics.registry.metrics()).not.toMatch(/^postern_inspection_suspects_total\{.*\} [1-9]/m);
  });

  it('takes a new configuration over, and keeps the old one where the new cannot be used', async () => {
    const running = await open(settings);
    expect(running.model).toBeNull();
    const refused = configOf(`detect: {model: ${folder}}\ninspection: {workers: ${workers}}`);
    await expect(running.reload(refused)).rejects.toThrow(folder);
    running.check();
    expect((await running.inspect(mail())).verdict).toBe('accept');
    const inside = running.inspect(mail());
    await running.reload(configOf(`${settings}\npolicy: {block: [alder.example]}`));
    expect((await running.inspect(mail())).verdict).toBe('quarantine');
    expect((await inside).verdict).toBe('accept');
  });

  it('tells how many workers there are', async () => {
    const running = await open(settings);
    running.check();
    expect(await metrics.registry.metrics()).toContain('postern_inspection_workers{state="ready"} 1');
  });
});

describe('X3 a model that cannot be used', LIMIT, () => {
  const damaged = (damage: (model: string) => void): string => {
    const model = join(folder, 'model');
    cpSync(MODEL, model, { recursive: true });
    damage(model);
    return model;
  };
  const CASES: readonly (readonly [string, () => string])[] = [
    ['is missing', () => join(folder, 'nowhere')],
    ['is cut short', () => damaged((model) => truncateSync(join(model, 'trees.onnx'), 1_000))],
    [
      'is made for another schema',
      () =>
        damaged((model) => {
          const card = join(model, 'card.json');
          writeFileSync(card, readFileSync(card, 'utf8').replace(SCHEMA_HASH, '0123456789abcdef'));
        }),
    ],
  ];

  it.each(CASES)('and %s: the start is refused, and nothing is left running', async (_, model) => {
    await expect(open(`detect: {model: ${model()}}\ninspection: {workers: 2}`)).rejects.toThrow(
      /model|nowhere/,
    );
  });

  it.each(CASES)('and %s: inspection runs without where that is allowed, and says so', async (_, model) => {
    const running = await open(`detect: {model: ${model()}, allowDegraded: true}\ninspection: {workers: 1}`);
    expect(running.model).toBeNull();
    expect(logged.join('')).toContain('running without a model');
    const { assessment } = await running.inspect(mail());
    expect(assessment.model).toBeNull();
  });
});
