import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config/load.ts';

const SECRET = 'correct-horse-battery';
const folder = mkdtempSync(join(tmpdir(), 'postern-config-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function mistakesOf(yaml: string, env: Record<string, string> = {}): string {
  const file = join(folder, 'postern.yaml');
  writeFileSync(file, yaml);
  try {
    loadConfig(file, env, folder);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

test.each([
  ['is under the name of a secret', `gate: {tls: {cert: a, key: [${SECRET}]}}`, {}],
  ['is under a key that does not exist', `gate: {password: ${SECRET}}`, {}],
  ['is deep in a value of the wrong kind', `gate: {listen: {store: {password: ${SECRET}}}}`, {}],
  ['is in a URL', `gate: {listen: 'redis://u:${SECRET}@a.example'}`, {}],
  ['comes in a variable of the environment', '', { POSTERN_GATE__TLS__KEY: `[${SECRET}]` }],
  ['comes in a variable, in a URL', '', { POSTERN_GATE__SPOOL: `[redis://u:${SECRET}@a.example]` }],
  ['is in a URL where a port was expected', `gate: {listen: ['redis://u:${SECRET}@a.example']}`, {}],
  [
    'is in a URL where a domain was expected',
    `identity: {ownDomains: ['redis://u:${SECRET}@a.example']}`,
    {},
  ],
])('a mistake tells the key and not the value where that %s', (_, yaml, env) => {
  const said = mistakesOf(yaml, env);
  expect(said).not.toBe('');
  expect(said).not.toContain(SECRET);
});

test('what is no secret is told', () => {
  expect(mistakesOf('gate: {maxRecipients: many}')).toContain('got "many"');
});
