import type { Migration } from '../migration.ts';
import { held } from './001-held.ts';
import { access } from './002-access.ts';
import { links } from './003-links.ts';
import { mail } from './004-mail.ts';

/** In the order in which they run. */
export const MIGRATIONS: readonly Migration[] = [held, access, links, mail];
