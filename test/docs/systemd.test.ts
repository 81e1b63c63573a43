import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { describeWith } from '../describe-with.ts';
import { program } from '../requirement.ts';

const ROOT = join(import.meta.dirname, '../..');
const ANALYZE = '/usr/bin/systemd-analyze';
const UNIT = join(ROOT, 'deploy/systemd/postern.service');
const unit = readFileSync(UNIT, 'utf8');

/** Tenths, of 100. Versions of systemd weigh a little differently: 252 says 14. */
const MAX_EXPOSURE = 18;

/** Values of a key, in the order of the file. */
function values(key: string): string[] {
  return [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value ?? '');
}

describe('the systemd unit', () => {
  test('waits longer for the end than what was begun may take', () => {
    const graceSeconds = configSchema.parse({}).gate.shutdownGraceMs / 1000;
    expect(Number(values('TimeoutStopSec')[0])).toBeGreaterThan(graceSeconds);
  });

  test('stops the main process first, which finishes what it began', () => {
    expect(values('KillMode')).toEqual(['mixed']);
    expect(values('Restart')).toEqual(['always']);
  });

  test('has no right but to bind ports', () => {
    expect(values('CapabilityBoundingSet')).toEqual(['CAP_NET_BIND_SERVICE']);
    expect(values('AmbientCapabilities')).toEqual(['CAP_NET_BIND_SERVICE']);
    expect(values('NoNewPrivileges')).toEqual(['yes']);
    expect(values('User')).toEqual(['postern']);
  });

  test('lets V8 compile, and says why', () => {
    expect(values('MemoryDenyWriteExecute')).toEqual([]);
    expect(unit).toMatch(/^# No MemoryDenyWriteExecute: V8 compiles/m);
  });
});

describeWith(program('systemd-analyze', ANALYZE), 'systemd-analyze', () => {
  test('gives the exposure that docs/security.md tells, and it is low', () => {
    const said = execFileSync(
      ANALYZE,
      ['security', '--offline=true', `--threshold=${MAX_EXPOSURE}`, '--no-pager', UNIT],
      { encoding: 'utf8' },
    );
    const [, exposure] = /Overall exposure level for postern\.service: ([\d.]+)/.exec(said) ?? [];
    expect(Number(exposure)).toBeLessThanOrEqual(MAX_EXPOSURE / 10);
    const [, told] =
      /an exposure of \*\*([\d.]+)\*\*/.exec(readFileSync(join(ROOT, 'docs/security.md'), 'utf8')) ?? [];
    expect(Math.abs(Number(told) - Number(exposure))).toBeLessThan(0.5);
  });

  test('finds nothing wrong with the unit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-unit-'));
    const copy = join(folder, 'postern.service');
    // Where it is to be installed there is nothing here.
    writeFileSync(copy, unit.replace('/opt/postern/node_modules/.bin/node', '/bin/true'));
    expect(execFileSync(ANALYZE, ['verify', copy], { encoding: 'utf8', stdio: 'pipe' })).toBe('');
    rmSync(folder, { recursive: true });
  });
});
