import { access } from './en/access.ts';
import { efficacy } from './en/efficacy.ts';
import { frame } from './en/frame.ts';
import { now } from './en/now.ts';
import { trail } from './en/trail.ts';

/** All that the console says, by area; another language has the same keys. Sentences with values in them are functions. */
export const english = { access, efficacy, frame, now, trail };

export type Words = typeof english;
