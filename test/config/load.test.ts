import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ConfigError, loadConfig } from '../../src/config/load.ts';
import { configSchema } from '../../src/config/schema.ts';
import { shapeAt } from '../../src/config/shape.ts';

const SHIPPED = new URL('../../config/postern.yaml', import.meta.url).pathname;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-config-'));
  mkdirSync(join(folder, 'etc'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function load(yaml: string, env: Record<string, string> = {}) {
  const file = join(folder, 'etc/postern.yaml');
  writeFileSync(file, yaml);
  return loadConfig(file, env, folder);
}

/** The lines of the error without the folder. */
function mistakesOf(yaml: string, env: Record<string, string> = {}): string[] {
  try {
    load(yaml, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.lines.map((line) => line.replace(`${folder}/etc/`, ''));
  }
  return [];
}

describe('the shipped configuration', () => {
  test('has the defaults of the schema as its values', () => {
    expect(configSchema.parse(parse(readFileSync(SHIPPED, 'utf8')))).toEqual(configSchema.parse({}));
    expect(() => loadConfig(SHIPPED, {})).not.toThrow();
  });

  test('shows every key of the schema, at least in a comment', () => {
    const text = readFileSync(SHIPPED, 'utf8');
    const keys = (path: string[]): string[] => {
      const shape = shapeAt(path);
      return shape?.kind === 'object' ? shape.keys.flatMap((key) => [key, ...keys([...path, key])]) : [];
    };
    const missing = keys([]).filter((key) => !new RegExp(`^[ #]*${key}:`, 'm').test(text));
    expect(missing).toEqual([]);
  });

  test('shows in its comments what is a configuration, too', () => {
    const text = readFileSync(SHIPPED, 'utf8');
    // The blocks under `nextHop: null` and `tls: null`, with the null before them taken away.
    const uncommented = text
      .replace(/^ {2}(nextHop|tls): null\n/gm, '')
      .replace(
        /^ {2}# (nextHop:| {2}(?:host|port|protocol|tls|verify|pool|connectTimeoutMs|replyTimeoutMs|cert|key):|tls:$)/gm,
        '  $1',
      );
    expect(load(uncommented).config.gate.nextHop).toMatchObject({ host: '127.0.0.1', pool: 20 });
    expect(load(uncommented).config.gate.tls).not.toBeNull();
  });
});

describe('mistakes', () => {
  test.each([
    [
      'gate:\n  nexthop:\n    host: a',
      ['postern.yaml:2: gate.nexthop: unknown key, did you mean gate.nextHop?'],
    ],
    ['gaet: {}', ['postern.yaml:1: gaet: unknown key, did you mean gate?']],
    ['gate:\n  zzzzzzzzzzzz: 1', ['postern.yaml:2: gate.zzzzzzzzzzzz: unknown key']],
    ['\ngate:\n  maxRecipients: many', ['postern.yaml:3: gate.maxRecipients: expected a number, got "many"']],
    ['gate:\n  maxRecipients: 0', ['postern.yaml:2: gate.maxRecipients: expected more than 0, got 0']],
    [
      'gate:\n  listen: []',
      ['postern.yaml:2: gate.listen: nothing to listen at: milter.listen is empty, too'],
    ],
    [
      'gate:\n  listen:\n    - :25\n    - nowhere',
      ['postern.yaml:4: gate.listen[1]: expected host:port, got "nowhere"'],
    ],
    ['gate:\n  nextHop:\n    port: 25', ['postern.yaml:2: gate.nextHop.host: missing, expected a text']],
    ['gate:\n  tls:\n    cert: a.pem', ['postern.yaml:2: gate.tls.key: missing, expected a text']],
    ['policy:', ['postern.yaml:1: policy: expected keys below it, got null']],
    [
      'policy:\n  default:\n    tag: 1.5',
      ['postern.yaml:3: policy.default.tag: expected at most 1, got 1.5'],
    ],
    [
      'gate:\n  bareLineEnds: drop',
      ['postern.yaml:2: gate.bareLineEnds: expected one of normalise, reject, got "drop"'],
    ],
    [
      'policy:\n  domains:\n    example.com:\n      quarantin: 1',
      [
        'postern.yaml:4: policy.domains["example.com"].quarantin: unknown key, did you mean policy.domains["example.com"].quarantine?',
      ],
    ],
    [
      'observe:\n  listne: x\ngate:\n  maxRecipients: x',
      [
        'postern.yaml:2: observe.listne: unknown key, did you mean observe.listen?',
        'postern.yaml:4: gate.maxRecipients: expected a number, got "x"',
      ],
    ],
    ['gate: {}\ngate: {}', ['postern.yaml:2: Map keys must be unique']],
    [
      'gate: *nothing',
      ['postern.yaml:1: Unresolved alias (the anchor must be set before the alias): nothing'],
    ],
  ])('%j is refused with a line for each', (yaml, lines) => {
    expect(mistakesOf(yaml)).toEqual(lines);
  });

  test.each([
    [
      'policy:\n  default:\n    tag: 0.95',
      'postern.yaml:2: policy.default: quarantine (0.7) is below tag (0.95)',
    ],
    [
      'policy:\n  domains:\n    example.com:\n      reject: 0.6',
      'postern.yaml:3: policy.domains["example.com"]: reject (0.6) is below quarantine (0.7)',
    ],
    [
      'gate:\n  nextHop:\n    host: a.example\n    verify: true',
      'postern.yaml:4: gate.nextHop.verify: needs gate.nextHop.tls: required',
    ],
    [
      'identity:\n  ownDomains: [ours.example]\noutbound:\n  nextHop:\n    host: a.example\n    verify: true',
      'postern.yaml:6: outbound.nextHop.verify: needs outbound.nextHop.tls: required',
    ],
    [
      'outbound:\n  listen: [127.0.0.1:10028]\n  nextHop:\n    host: a.example',
      'postern.yaml:1: identity.ownDomains: missing: without it nothing that comes to outbound.listen is known as ours',
    ],
    [
      'quarantine:\n  mail:\n    store: s3\n    s3:\n      accessKeyId: a\n      secretAccessKey: b',
      'postern.yaml:4: quarantine.mail.s3.endpoint: missing: quarantine.mail.store is s3',
    ],
    [
      'quarantine:\n  mail:\n    store: s3\n    s3:\n      endpoint: https://s3.example\n      accessKeyId: a',
      'postern.yaml:4: quarantine.mail.s3.secretAccessKey: missing: give it and its other half, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ],
    [
      'quarantine:\n  mail:\n    s3:\n      endpoint: https://a:b@s3.example',
      'postern.yaml:4: quarantine.mail.s3.endpoint: has a user in it: keys are accessKeyId and secretAccessKey',
    ],
    [
      'gate:\n  forwarders: [10.0.0.0/33]',
      'postern.yaml:2: gate.forwarders[0]: expected an address or network, got "10.0.0.0/33"',
    ],
    [
      'policy:\n  allow: [co.uk]',
      'postern.yaml:2: policy.allow[0]: expected a domain or an address, no public suffix, got "co.uk"',
    ],
    [
      'policy:\n  allow: [192.0.2.1]',
      'postern.yaml:2: policy.allow[0]: expected a domain or an address, no public suffix, got "192.0.2.1"',
    ],
    [
      'policy:\n  block: ["a b"]',
      'postern.yaml:2: policy.block[0]: expected a domain, an address or a network, got "a b"',
    ],
    [
      'policy:\n  domains:\n    a..b: {}',
      'postern.yaml:3: policy.domains["a..b"]: expected a domain as the key',
    ],
    [
      'identity:\n  ownDomains: [me@example.com]',
      'postern.yaml:2: identity.ownDomains[0]: expected a domain, got "me@example.com"',
    ],
    [
      'authentication:\n  dns:\n    servers: [dns.example]',
      'postern.yaml:3: authentication.dns.servers[0]: expected ip or ip:port, got "dns.example"',
    ],
    [
      'dnsLists:\n  clients: [{zone: "b l"}]',
      'postern.yaml:2: dnsLists.clients[0].zone: expected a domain, got "b l"',
    ],
    [
      'dnsLists:\n  domains: [{zone: bl.example, accept: [192.0.2.1]}]',
      'postern.yaml:2: dnsLists.domains[0].accept[0]: expected an address or network in 127.0.0.0/8, got "192.0.2.1"',
    ],
    [
      'dnsLists:\n  clients: [{zone: bl.example, accept: [127.0.0.0/33]}]',
      'postern.yaml:2: dnsLists.clients[0].accept[0]: expected an address or network in 127.0.0.0/8, got "127.0.0.0/33"',
    ],
    [
      'dnsLists:\n  clients: [{zone: bl.example, accept: [127.0.0.2], mask: 8}]',
      'postern.yaml:2: dnsLists.clients[0].mask: accept and mask exclude each other',
    ],
    ['clamd:\n  address: clamd', 'postern.yaml:2: clamd.address: expected host:port or /path, got "clamd"'],
    [
      'clamd:\n  address: 127.0.0.1:65536',
      'postern.yaml:2: clamd.address: expected a port up to 65535, got "127.0.0.1:65536"',
    ],
    [
      'observe:\n  listen: 127.0.0.1:65536',
      'postern.yaml:2: observe.listen: expected a port up to 65535, got "127.0.0.1:65536"',
    ],
  ])('%j contradicts itself', (yaml, line) => {
    expect(mistakesOf(yaml)).toEqual([line]);
  });

  test('a file that is not there is named', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'), {})).toThrow(`${folder}/none.yaml: no such file`);
  });

  test('thresholds that are equal, or null between, are fine', () => {
    expect(mistakesOf('policy:\n  default: {tag: 0.9, quarantine: 0.9, reject: 0.9}')).toEqual([]);
    expect(mistakesOf('policy:\n  default: {tag: 0.5, quarantine: null, reject: 0.9}')).toEqual([]);
  });
});

const PACKAGE = join(import.meta.dirname, '../..');

describe('paths', () => {
  test('start at the folder of the file, var/ at the working folder, shipped/ at the package', () => {
    const { config, watched } = load(
      'gate:\n  tls: {cert: a.pem, key: /keys/b.pem}\nquarantine:\n  directory: variable\ndetect:\n  rules: [own, shipped/rules]',
    );
    expect(config.gate.tls).toEqual({ cert: join(folder, 'etc/a.pem'), key: '/keys/b.pem' });
    expect(config.gate.spool).toBe(join(folder, 'var/spool'));
    expect(config.quarantine.directory).toBe(join(folder, 'etc/variable'));
    expect(config.detect.model).toBe(join(PACKAGE, 'models/postern-1'));
    expect(config.detect.rules).toEqual([join(folder, 'etc/own'), join(PACKAGE, 'config/rules')]);
    expect(config.identity.lists).toBe(join(PACKAGE, 'config/lists'));
    expect(config.identity.localLists).toBeNull();
    expect(watched).toContain(join(folder, 'etc/own'));
  });
});

test('lists of the operator start at the folder of the file, and are watched', () => {
  const { config, watched } = load('identity:\n  localLists: own');
  expect(config.identity.localLists).toBe(join(folder, 'etc/own'));
  expect(watched).toContain(join(folder, 'etc/own'));
});

test('lists in DNS and a scanner may be set', () => {
  const zones =
    '{clients: [{zone: bl.example, accept: [127.0.0.2, 127.0.0.4/30]}], domains: [{zone: d.example, mask: 8}]}';
  const { config } = load(`dnsLists: ${zones}\nclamd: {address: "[::1]:3310"}`);
  expect(config.dnsLists).toMatchObject({
    clients: [{ zone: 'bl.example', accept: ['127.0.0.2', '127.0.0.4/30'], mask: null }],
    domains: [{ zone: 'd.example', accept: [], mask: 8 }],
  });
  expect(config.clamd.address).toBe('[::1]:3310');
  expect(load('clamd: {address: /run/clamd.sock}').config.clamd.address).toBe('/run/clamd.sock');
});

describe('variables of the environment', () => {
  test('set keys over the file, whatever the case', () => {
    const { config } = load('gate:\n  nextHop:\n    host: old.example\n    port: 26', {
      POSTERN_GATE__NEXT_HOP__HOST: 'new.example',
      POSTERN_gate__listen: '[":25", ":587"]',
      POSTERN_POLICY__DOMAINS: '{example.com: {tag: 0.2}}',
      POSTERN_TRACE: '1',
      OTHER__THING: 'x',
    });
    expect(config.gate.nextHop).toMatchObject({ host: 'new.example', port: 26 });
    expect(config.gate.listen).toEqual([':25', ':587']);
    expect(config.policy.domains).toEqual({ 'example.com': { tag: 0.2 } });
  });

  test.each([
    [
      { POSTERN_GATE__NEXTHOPS__HOST: 'a' },
      ['POSTERN_GATE__NEXTHOPS__HOST: gate.nexthops: unknown key, did you mean gate.nextHop?'],
    ],
    [
      { POSTERN_GATE__MAX_RECIPIENTS: 'x' },
      ['POSTERN_GATE__MAX_RECIPIENTS: gate.maxRecipients: expected a number, got "x"'],
    ],
    [
      { POSTERN_GATE__LISTEN__0: ':25' },
      ['POSTERN_GATE__LISTEN__0: gate.listen: has no keys that a variable can name'],
    ],
    [
      { POSTERN_OBSERVE__LISTEN: ':99999' },
      ['POSTERN_OBSERVE__LISTEN: observe.listen: expected a port up to 65535, got ":99999"'],
    ],
  ])('%j is a mistake that names the variable', (env, lines) => {
    expect(mistakesOf('gate: {}', env as Record<string, string>)).toEqual(lines);
  });
});
