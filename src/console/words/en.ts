import { frame } from './en/frame.ts';

/** All that the console says, by area; another language has the same keys. Sentences with values in them are functions. */
export const english = { frame };

export type Words = typeof english;
