import type { Migration } from '../migration.ts';
import { held } from './001-held.ts';

/** In the order in which they run. */
export const MIGRATIONS: readonly Migration[] = [held];
