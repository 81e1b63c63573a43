import type { ConsoleParts } from '../parts.ts';

/** What signing in, users and tokens work on. */
export type AccessParts = Pick<ConsoleParts, 'config' | 'database' | 'ledger' | 'now'>;
