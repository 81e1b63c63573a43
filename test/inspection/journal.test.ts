import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal } from '../../src/inspection/journal.ts';

const digest = (letter: string) => letter.repeat(64);
/** Above the greatest number of a process on Linux. */
const NO_PROCESS = 4_194_305;

let folder: string;
let errors: unknown[];
const open = () => Journal.open(folder, (error) => errors.push(error));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-journal-'));
  errors = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

/** As if this process had been another, and were gone. */
function becomes(pid: number): void {
  writeFileSync(join(folder, `inflight.${pid}`), readFileSync(join(folder, `inflight.${process.pid}`)));
  rmSync(join(folder, `inflight.${process.pid}`));
}

it('F6 gives the messages that were inside when a process ended, and only those', () => {
  const { journal, left } = open();
  expect(left).toEqual([]);
  journal.enter(digest('a'));
  const strikeOut = journal.enter(digest('b'));
  journal.enter(digest('c'));
  strikeOut();
  becomes(NO_PROCESS);
  expect(open().left.toSorted()).toEqual([digest('a'), digest('c')]);
  expect(existsSync(join(folder, `inflight.${NO_PROCESS}`))).toBe(false);
});

it('gives them once', () => {
  open().journal.enter(digest('a'));
  becomes(NO_PROCESS);
  open();
  expect(open().left).toEqual([]);
});

it('takes a journal of its own number for one of a former life', () => {
  open().journal.enter(digest('a'));
  expect(open().left).toEqual([digest('a')]);
});

it('leaves the journal of a process that runs alone', () => {
  open().journal.enter(digest('a'));
  becomes(process.ppid);
  expect(open().left).toEqual([]);
  expect(existsSync(join(folder, `inflight.${process.ppid}`))).toBe(true);
});

it('has room for more messages than it was made for', () => {
  const { journal } = open();
  const many = Array.from({ length: 300 }, (_, i) => (i + 1).toString(16).padStart(64, '0'));
  for (const one of many) journal.enter(one);
  becomes(NO_PROCESS);
  expect(open().left.toSorted()).toEqual(many.toSorted());
});

it('leaves no file behind when it is closed, and lets late strokes go', () => {
  const { journal } = open();
  const strikeOut = journal.enter(digest('a'));
  journal.close();
  strikeOut();
  expect(existsSync(join(folder, `inflight.${process.pid}`))).toBe(false);
});

it('goes on without a file where none can be written, and says so', () => {
  const failures: unknown[] = [];
  const blocked = join(folder, 'full');
  mkdirSync(blocked);
  chmodSync(blocked, 0o500);
  const { journal } = Journal.open(blocked, (error) => failures.push(error));
  journal.enter(digest('a'))();
  journal.close();
  // Root may write anywhere.
  expect(failures).toHaveLength(process.getuid?.() === 0 ? 0 : 1);
});
