import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import { openInstruments } from '../../../src/service/instruments.ts';
import { postern } from '../../commands/run.ts';
import { SHIPPED } from './shipped.ts';

let folder: string;
let model: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-refused-'));
  model = join(folder, 'model');
  await cp(SHIPPED, model, { recursive: true });
});

afterEach(() => rm(folder, { recursive: true }));

interface Card {
  schemaHash: string;
  files: Record<string, { bytes: number; sha256: string }>;
}

async function changeCard(change: (card: Card) => void): Promise<void> {
  const path = join(model, 'card.json');
  const card: Card = JSON.parse(await readFile(path, 'utf8'));
  change(card);
  await writeFile(path, JSON.stringify(card));
}

/** Puts other bytes into a model, with a card that vouches for them. */
async function vouchFor(name: string, bytes: Buffer): Promise<void> {
  await writeFile(join(model, name), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await changeCard((card) => {
    card.files[name] = { bytes: bytes.length, sha256 };
  });
}

/** What is wrong, how it comes about, and what the message must name. */
const WRONG: readonly (readonly [string, () => Promise<void>, RegExp])[] = [
  ['that is missing', () => rm(model, { recursive: true }), /card\.json: ENOENT/],
  ['without one of its graphs', () => rm(join(model, 'trees.onnx')), /trees\.onnx: ENOENT/],
  ['that was cut short', () => truncate(join(model, 'text.onnx'), 4_096), /text\.onnx: has 4096 bytes/],
  [
    'for another feature schema',
    () =>
      changeCard((card) => {
        card.schemaHash = '0123456789abcdef';
      }),
    /feature schema 0123456789abcdef/,
  ],
  [
    'whose graph has another shape',
    async () => vouchFor('text.onnx', await readFile(join(model, 'trees.onnx'))),
    /text\.onnx: takes features/,
  ],
  [
    'of garbage that the card vouches for',
    () => vouchFor('text.onnx', Buffer.alloc(9_000, 0x5a)),
    /text\.onnx: /,
  ],
  ['with an empty graph', () => vouchFor('trees.onnx', Buffer.alloc(0)), /trees\.onnx: /],
  ['whose trees are no JSON', () => vouchFor('trees.json', Buffer.from('{"trees": [')), /trees\.json: /],
  ['whose trees are another thing', () => vouchFor('trees.json', Buffer.from('{"a": 1}')), /trees\.json: /],
];

async function configured(allowDegraded: boolean): Promise<string> {
  const file = join(folder, 'postern.yaml');
  const nextHop = { host: '127.0.0.1', port: 9, tls: 'off' };
  const gate = { listen: ['127.0.0.1:0'], nextHop, spool: join(folder, 'spool') };
  await writeFile(file, stringify({ gate, detect: { model, allowDegraded }, observe: { listen: null } }));
  return file;
}

describe('X3 a model', () => {
  test.each(WRONG)('%s is refused, with its path and what to do', async (_, spoil, words) => {
    await spoil();
    const { config } = loadConfig(await configured(false), {});
    const opened = openInstruments(config, { reputation: null, resolver: null });
    await expect(opened).rejects.toThrow(words);
    await expect(opened).rejects.toThrow(model);
    await expect(opened).rejects.toThrow('detect.allowDegraded: true');
  });

  // One of each kind: what was refused above is refused here by the same code.
  test.each(WRONG.filter((_, i) => i % 3 === 0))(
    '%s is gone without, declared, where that is allowed',
    async (_, spoil, words) => {
      await spoil();
      const { config } = loadConfig(await configured(true), {});
      const heard: unknown[] = [];
      const onDegraded = (error: unknown) => heard.push(error);
      const instruments = await openInstruments(config, { reputation: null, resolver: null, onDegraded });
      expect(instruments.detectors.model).toBeNull();
      expect(String(heard)).toMatch(words);
      await instruments.close();
    },
  );

  test('that is cut short stops serve and check-config before a port is open, with exit code 3', async () => {
    await truncate(join(model, 'trees.onnx'), 100);
    const config = await configured(false);
    for (const command of ['check-config', 'serve']) {
      const { code, stderr } = await postern([command, '--config', config], { cwd: folder });
      expect(stderr).toContain(`${join(model, 'trees.onnx')}: has 100 bytes`);
      expect(stderr).toContain('detect.allowDegraded: true');
      expect(stderr).not.toContain('    at ');
      expect(code).toBe(3);
    }
  }, 60_000);

  test('that is missing is named by check-config where rules alone may judge', async () => {
    await rm(model, { recursive: true });
    const { code, stdout } = await postern(['check-config', '--config', await configured(true)], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('no model');
  }, 60_000);
});
