import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/observe/log.ts';
import { isSecretName, shownWithoutSecrets, withoutSecrets } from '../../src/observe/secrets.ts';

const SECRET = 'correct-horse-battery';

test.each([
  'password',
  'PASSWORD',
  'redisPassword',
  'smtp_passwd',
  'passphrase',
  'clientSecret',
  'token',
  'API_TOKEN',
  'api-key',
  'apiKey',
  'apikey',
  'key',
  'credentials',
])('%s names a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each(['keys', 'monkey', 'keyboard', 'tokens', 'secretary', 'passwordless', 'host', 'turkey', ''])(
  '%j names none',
  (name) => {
    expect(isSecretName(name)).toBe(false);
  },
);

test.each([
  [`redis://:${SECRET}@cache.example:6379/0`, 'redis://:***@cache.example:6379/0'],
  [`postgresql://gate:${SECRET}@db.example/postern`, 'postgresql://gate:***@db.example/postern'],
  [`connect to https://u:${SECRET}@a.example failed`, 'connect to https://u:***@a.example failed'],
  [`redis://u:${SECRET}@1@a.example/x`, 'redis://u:***@a.example/x'],
  ['https://a.example/login?to=x:y@b.example', 'https://a.example/login?to=x:y@b.example'],
  ['https://a.example:443/a@b', 'https://a.example:443/a@b'],
  ['mail of ada@example.com: refused', 'mail of ada@example.com: refused'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});

const PEM = `-----BEGIN EC PRIVATE KEY-----\n${SECRET}\n-----END EC PRIVATE KEY-----`;

test('a private key is not shown, whole or cut short', () => {
  expect(withoutSecrets(`bad key ${PEM}, sorry`)).toBe('bad key *** EC PRIVATE KEY ***, sorry');
  expect(withoutSecrets(PEM.slice(0, 45))).toBe('*** EC PRIVATE KEY ***');
});

test('no password of a URL survives, whatever stands around it', () => {
  const password = fc.stringMatching(/^[A-Z0-9!$&'()*+,;=._~@:-]{6,40}$/);
  const user = fc.stringMatching(/^[a-z0-9._-]{0,12}$/);
  fc.assert(
    fc.property(user, password, fc.constantFrom('', ' ', '"', 'error: '), (name, secret, before) => {
      expect(withoutSecrets(`${before}redis://${name}:${secret}@host.example/`)).toBe(
        `${before}redis://${name}:***@host.example/`,
      );
    }),
  );
});

test('long texts cost no more than their length', () => {
  expect(withoutSecrets('a://'.repeat(50_000))).toHaveLength(200_000);
  expect(withoutSecrets('-----BEGIN PRIVATE KEY-----'.repeat(5_000))).toBe('*** PRIVATE KEY ***');
});

test('a value is shown without its secrets, at any depth', () => {
  const value = {
    store: { url: `redis://:${SECRET}@a.example`, password: SECRET, port: 1 },
    token: [SECRET],
  };
  expect(shownWithoutSecrets(value)).toBe(
    '{"store":{"url":"redis://:***@a.example","password":"***","port":1},"token":"***"}',
  );
  expect(shownWithoutSecrets(undefined)).toBe('undefined');
});

describe('the log', () => {
  function logged(event: object, message = 'x'): string {
    const lines: string[] = [];
    const stream = { write: (line: string) => void lines.push(line) };
    createLogger({ level: 'info', addresses: 'full' }, stream).info(event, message);
    return lines.join('');
  }

  test.each([
    ['under the name of a secret', { store: { password: SECRET } }],
    ['under such a name, as a list', { tokens: 1, secret: [SECRET] }],
    ['in a URL', { url: `redis://:${SECRET}@a.example` }],
    ['in the message of an error', { error: new Error(`cannot reach redis://u:${SECRET}@a.example`) }],
    [
      'in the cause of an error',
      { error: new Error('no store', { cause: new Error(`redis://u:${SECRET}@a.example`) }) },
    ],
    ['in a private key', { detail: PEM }],
  ])('has no secret that stands %s', (_, event) => {
    expect(logged(event)).not.toContain(SECRET);
    expect(logged(event)).toContain('***');
  });

  test('has no secret in its message', () => {
    expect(logged({}, `cannot reach redis://u:${SECRET}@a.example`)).not.toContain(SECRET);
  });
});
