import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postern } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-misuse-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function configured(yaml: string): Promise<string> {
  const file = join(folder, 'postern.yaml');
  await writeFile(file, yaml);
  return file;
}

describe('wrong use', { timeout: 60_000 }, () => {
  it.each([
    [['nonsense'], /unknown command/],
    [['score'], /missing required argument/],
    [['score', '--format', 'xml', 'x'], /Allowed choices are table, ndjson/],
    [['feedback', 'X', '--is', 'boring'], /Allowed choices are credential_phishing/],
    [['quarantine', 'list', '--limit', '0'], /whole number from 1/],
    [['explain', 'nothing-of-that-name.eml'], /neither a file nor the id of a decision/],
  ])('postern %j exits 2 and says why', async (args, why) => {
    const { code, stderr } = await postern(args);
    expect(stderr).toMatch(why);
    expect(code).toBe(2);
  });

  it('serve without a next hop says what to set, exit 2', async () => {
    const { code, stderr } = await postern(['serve', '--config', await configured('gate: {}\n')]);
    expect(stderr).toContain('gate.nextHop is not set');
    expect(code).toBe(2);
  });

  it('a wrong key is one line with file, line, key and the nearest valid key, exit 2', async () => {
    const file = await configured('gate:\n  nexthop:\n    host: mx.example.com\n');
    const { code, stderr } = await postern(['check-config', '--config', file]);
    expect(stderr.trim()).toBe(`postern: ${file}:2: gate.nexthop: unknown key, did you mean gate.nextHop?`);
    expect(code).toBe(2);
  });

  it('a rule with an error is named with file and rule', async () => {
    await mkdir(join(folder, 'rules'));
    const rule = join(folder, 'rules/own.yaml');
    await writeFile(
      rule,
      [
        'rules:',
        '  - id: too_many_links',
        '    category: spam',
        '    weight: 1',
        '    when: links.cuont > 3.0',
        '    words: Too many links',
        '    falsePositives: Newsletters',
        '    tests: [match-1]',
      ].join('\n'),
    );
    const file = await configured('detect: { rules: [rules], model: null }\n');
    const { code, stderr } = await postern(['check-config', '--config', file]);
    expect(stderr).toContain(`${rule}:5`);
    expect(stderr).toContain('too_many_links');
    expect(stderr).toContain('cuont');
    expect(code).toBe(2);
  });
});
