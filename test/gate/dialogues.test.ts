import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { runDialogue } from './support/dialogue.ts';

const FOLDER = join(import.meta.dirname, '../dialogues');

describe('the gate speaks SMTP as written', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))) {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const id = /^# (S\d+ )/.exec(text)?.[1] ?? '';
    test(`${id}${file.replace('.txt', '')}`, () => runDialogue(text));
  }
});
