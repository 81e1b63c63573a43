import { access } from './en/access.ts';
import { detectors } from './en/detectors.ts';
import { efficacy } from './en/efficacy.ts';
import { frame } from './en/frame.ts';
import { held } from './en/held.ts';
import { now } from './en/now.ts';
import { own } from './en/own.ts';
import { trail } from './en/trail.ts';
import { whatIf } from './en/what-if.ts';

/** All that the console says, by area; another language has the same keys. Sentences with values in them are functions. */
export const english = { access, detectors, efficacy, frame, held, now, own, trail, whatIf };

export type Words = typeof english;
