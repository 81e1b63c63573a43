import type { Generated } from 'kysely';
import type { HeldState } from './quarantine.ts';

/** Moments are milliseconds since 1970, UTC; what ends in `_key` is shortened so that an index takes it. */
export interface HeldTable {
  number: Generated<number>;
  id: string;
  held_at: number;
  envelope: string;
  from_address: string;
  from_key: string;
  /** From and the envelope sender, in lower case. */
  sender_key: string;
  subject: string;
  subject_key: string;
  category: string;
  score: number;
  reasons: string;
  size_bytes: number;
  /** When its time was over: nothing of the message is here any more. */
  expired_at: number | null;
}

export interface FateTable {
  id: string;
  /** Place among the recipients of the message. */
  place: number;
  recipient: string;
  /** In lower case. */
  address_key: string;
  domain_key: string;
  state: HeldState;
  released_at: number | null;
  released_by: string | null;
  claimed_at: number | null;
  claimed_by: string | null;
  note: string | null;
}

export interface LikenessTable {
  id: string;
  likeness: string;
}

export interface HeldRecordTable {
  id: string;
  /** The decision's record: JSON, gzip. */
  record: Uint8Array;
}

export interface HeldTables {
  held: HeldTable;
  held_fate: FateTable;
  held_likeness: LikenessTable;
  held_record: HeldRecordTable;
}
