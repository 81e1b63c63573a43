import { RE2JS } from 're2js';

/** Longer expressions are lists of words; those belong into the themes of the language evidence. */
export const MAX_PATTERN_LENGTH = 1_000;

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
  try {
    const compiled = RE2JS.compile(expression);
    return { test: (text) => compiled.test(text) };
  } catch (error) {
    throw new Error(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
