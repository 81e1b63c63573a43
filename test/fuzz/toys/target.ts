import type { Target } from '../../../fuzz/target.ts';
import { parse } from './parser.ts';

/** The word of one planted fault is put into the dictionary by the variable, so that each test meets its own. */
const WORDS = (process.env.TOY_WORDS ?? '').split(',').filter((word) => word !== '');
const SOURCES = process.env.TOY_SOURCES === 'yes' ? ['test/fuzz/toys/parser.ts'] : [];

export const target: Target = {
  name: 'toy',
  about: 'faults planted for tests',
  sources: SOURCES,
  dictionary: WORDS,
  pairs: [],
  maxBytes: 64,
  seeds: () => [Buffer.from('<abc')],
  run(input) {
    parse(input);
    return input.includes('wait') ? Promise.resolve() : undefined;
  },
};
