import type { AccessTables } from '../console/access/tables.ts';
import type { DigestTables } from '../digest/tables.ts';
import type { MailTables } from '../quarantine/mail/tables.ts';
import type { HeldTables } from '../quarantine/tables.ts';

/** Every table, by area: an area adds the interface of its own here. */
export interface Tables extends HeldTables, AccessTables, DigestTables, MailTables {}
