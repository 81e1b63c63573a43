import { frame } from './de/frame.ts';
import type { Words } from './en.ts';

export const german: Words = { frame };
