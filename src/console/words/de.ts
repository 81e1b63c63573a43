import { access } from './de/access.ts';
import { efficacy } from './de/efficacy.ts';
import { frame } from './de/frame.ts';
import { now } from './de/now.ts';
import { trail } from './de/trail.ts';
import type { Words } from './en.ts';

export const german: Words = { access, efficacy, frame, now, trail };
