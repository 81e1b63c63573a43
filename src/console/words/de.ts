import { access } from './de/access.ts';
import { detectors } from './de/detectors.ts';
import { efficacy } from './de/efficacy.ts';
import { frame } from './de/frame.ts';
import { held } from './de/held.ts';
import { now } from './de/now.ts';
import { own } from './de/own.ts';
import { trail } from './de/trail.ts';
import { whatIf } from './de/what-if.ts';
import type { Words } from './en.ts';

export const german: Words = { access, detectors, efficacy, frame, held, now, own, trail, whatIf };
