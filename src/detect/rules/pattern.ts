import { RE2JS } from 're2js';

/** Longer expressions are lists of words; those belong into the themes of the language evidence. */
export const MAX_PATTERN_LENGTH = 1_000;

/**
 * Instructions of a compiled expression. The engine is linear in text times instructions: `x{0,500}` becomes 500 of them,
 * and two such cost 0.8 s on 32 Ki characters. Forty words to choose from need fewer than this; longer lists are themes.
 */
export const MAX_PROGRAM = 400;

/**
 * A regular expression on the linear-time engine: text written by an attacker cannot make it slow. The engine looks for
 * the literals that a match needs before it runs at all.
 */
export interface Pattern {
  test(text: string): boolean;
}

/** Compiles once, at load. Throws an Error with the reason for people. */
export function compilePattern(expression: string): Pattern {
  if (expression.length > MAX_PATTERN_LENGTH) {
    throw new Error(
      `a regular expression has at most ${MAX_PATTERN_LENGTH} characters, this one has ${expression.length}`,
    );
  }
  const compiled = RE2JS.compile(expression);
  const size = compiled.programSize();
  if (size > MAX_PROGRAM) {
    throw new Error(`the regular expression compiles to ${size} instructions, more than ${MAX_PROGRAM}`);
  }
  return { test: (text) => compiled.test(text) };
}
