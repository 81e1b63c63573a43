import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');

const licence = z.union([
  z.object({ license: z.union([z.object({ id: z.string() }), z.object({ name: z.string() })]) }),
  z.object({ expression: z.string() }),
]);
const sbom = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(
    z.object({ name: z.string(), version: z.string(), purl: z.string(), licenses: z.array(licence) }),
  ),
});

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()),
});
const lockFile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string(), dev: z.boolean().optional() })),
});
const { packages } = lockFile.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
const { dependencies } = manifest.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

/** Permissive, or with a permissive choice: what they ask for, Apache-2.0 gives or asks for, too. */
const COMPATIBLE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
  'Zlib',
]);

/** One licence, or several of which one may be chosen. What joins them by AND must all be compatible. */
function isCompatible(expression: string): boolean {
  const choices = expression.replace(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((each) => COMPATIBLE.has(each.trim())));
}

function licenceOf(given: z.infer<typeof licence>): string {
  if ('expression' in given) return given.expression;
  return 'id' in given.license ? given.license.id : given.license.name;
}

describe('npm run sbom', () => {
  let components: z.infer<typeof sbom>['components'];
  beforeAll(() => {
    const text = execFileSync('npm', ['run', '--silent', 'sbom'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    components = sbom.parse(JSON.parse(text)).components;
  });

  test('lists every dependency that runs, in the exact version', () => {
    const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
    for (const [name, version] of Object.entries(dependencies)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+/);
      expect(listed.has(`${name}@${version}`), name).toBe(true);
    }
    expect(components.length).toBeGreaterThan(Object.keys(dependencies).length);
  });

  test('lists every package that runs and is installed, also where a tool of development wants it, too', () => {
    const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
    const running = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    const installed = running.filter(([path]) => existsSync(join(ROOT, path)));
    expect(installed.length).toBeGreaterThan(100);
    for (const [path, { version }] of installed) {
      const name = path.split('node_modules/').at(-1);
      expect(listed.has(`${name}@${version}`), path).toBe(true);
    }
  });

  test('lists nothing that only development needs', () => {
    const names = components.map(({ name }) => name);
    for (const name of ['vitest', 'typescript', 'fast-check']) expect(names).not.toContain(name);
  });

  test('names a licence for every package, and each goes with Apache-2.0', () => {
    for (const { name, licenses } of components) {
      expect(licenses.length, name).toBeGreaterThan(0);
      for (const given of licenses)
        expect(isCompatible(licenceOf(given)), `${name}: ${licenceOf(given)}`).toBe(true);
    }
  });

  test('has no licence that docs/security.md does not tell', () => {
    const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
    const used = new Set(components.flatMap(({ licenses }) => licenses.map(licenceOf)));
    for (const each of used) expect(page).toContain(`| ${each.replace(/^\(|\)$/g, '')} |`);
  });
});

test.each([
  ['MIT', true],
  ['(MIT OR EUPL-1.1+)', true],
  ['MIT AND Apache-2.0', true],
  ['MIT AND GPL-3.0-only', false],
  ['GPL-3.0-only', false],
  ['UNLICENSED', false],
])('a package under %s is compatible: %s', (expression, compatible) => {
  expect(isCompatible(expression)).toBe(compatible);
});

describe('the step that asks npm audit', () => {
  function audit(report: unknown): { said: string; code: number } {
    const input = typeof report === 'string' ? report : JSON.stringify(report);
    try {
      const said = execFileSync(process.execPath, [join(ROOT, '.ci/audit.js')], { input, encoding: 'utf8' });
      return { said, code: 0 };
    } catch (error) {
      const { stdout, status } = z.object({ stdout: z.string(), status: z.number() }).parse(error);
      return { said: stdout, code: status };
    }
  }

  function found(severity: 'moderate' | 'high' | 'critical') {
    const counts = { info: 0, low: 0, moderate: 0, high: 0, critical: 0, [severity]: 1, total: 1 };
    return {
      auditReportVersion: 2,
      vulnerabilities: { 'left-page': { name: 'left-page', severity, range: '<1.2.3' } },
      metadata: { vulnerabilities: counts },
    };
  }

  test.each(['high', 'critical'] as const)('fails for %s severity, and names the package', (severity) => {
    const { said, code } = audit(found(severity));
    expect(code).toBe(1);
    expect(said).toContain(`left-page <1.2.3 (${severity})`);
  });

  test('passes for less', () => {
    expect(audit(found('moderate'))).toMatchObject({ code: 0, said: expect.stringContaining('1 moderate') });
  });

  test.each([
    [
      'says that it has no such page',
      { statusCode: 405, message: '405 Method Not Allowed', error: { summary: '' } },
    ],
    ['says nothing', ''],
    ['says what is no JSON', '<html>'],
  ])('is no failure, and no pass, where the registry %s', (_, report) => {
    const { said, code } = audit(report);
    expect(code).toBe(0);
    expect(said).toContain('not answered');
  });
});
