import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MAX_SUSPECTS, Suspects } from '../../src/inspection/suspects.ts';

const digest = (number: number) => number.toString(16).padStart(64, '0');
const DAY_MS = 86_400_000;

let folder: string;
let file: string;
let errors: unknown[];
const open = (now?: number) => new Suspects(file, (error) => errors.push(error), now);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-suspects-'));
  file = join(folder, 'suspects.json');
  errors = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

it('knows nobody at first', () => {
  expect(open().get(digest(1))).toBeNull();
  expect(errors).toEqual([]);
});

it('F6 keeps whom it suspects, of which steps and how often, across a restart', () => {
  const suspects = open();
  suspects.suspect([digest(1)]);
  suspects.blame(digest(2), 'parse:html');
  suspects.blame(digest(2), 'model');
  suspects.blame(digest(2), 'model');
  suspects.blame(digest(3), null);
  const later = open();
  expect(later.get(digest(1))).toMatchObject({ steps: [], failures: 0 });
  expect(later.get(digest(2))).toMatchObject({ steps: ['parse:html', 'model'], failures: 3 });
  expect(later.get(digest(3))).toMatchObject({ steps: [], failures: 1 });
});

it('does not forget what a message did because it was near again', () => {
  const suspects = open();
  suspects.blame(digest(1), 'model');
  suspects.suspect([digest(1)]);
  expect(suspects.get(digest(1))?.steps).toEqual(['model']);
});

it('forgets whom it cleared, across a restart, too', () => {
  const suspects = open();
  suspects.suspect([digest(1)]);
  suspects.clear(digest(1));
  expect(suspects.get(digest(1))).toBeNull();
  expect(open().get(digest(1))).toBeNull();
});

it('forgets after a week, when no sender tries any more', () => {
  open().blame(digest(1), 'model');
  expect(open(Date.now() + 6 * DAY_MS).get(digest(1))).not.toBeNull();
  expect(open(Date.now() + 8 * DAY_MS).get(digest(1))).toBeNull();
});

it('keeps so many and no more: the ones that were used longest ago go', () => {
  const suspects = open();
  suspects.suspect(Array.from({ length: MAX_SUSPECTS }, (_, i) => digest(i)));
  expect(suspects.get(digest(0))).not.toBeNull();
  suspects.suspect([digest(MAX_SUSPECTS)]);
  const later = open();
  expect(later.get(digest(0))).not.toBeNull();
  expect(later.get(digest(1))).toBeNull();
  expect(JSON.parse(readFileSync(file, 'utf8')).suspects).toHaveLength(MAX_SUSPECTS);
});

it('says when its file is damaged, and begins anew', () => {
  writeFileSync(file, '{"suspects": [');
  const suspects = open();
  expect(errors).toHaveLength(1);
  suspects.blame(digest(1), 'model');
  expect(open().get(digest(1))?.steps).toEqual(['model']);
});

it('says when its file cannot be written, and remembers all the same', () => {
  file = join(folder, 'missing', 'suspects.json');
  const suspects = open();
  suspects.blame(digest(1), 'model');
  expect(errors).toHaveLength(1);
  expect(suspects.get(digest(1))?.steps).toEqual(['model']);
});
