import type { Content } from '../../mail/mail.ts';

/** Something in a store: a mail, or what a write that did not come to its end left behind. */
export interface FoundMail {
  /** What the store calls it: `nameOf` gives the same for the id and the time it was held; takes `drop`. */
  readonly name: string;
  /** Null for what is no whole mail. */
  readonly id: string | null;
  /** When its last byte was written, by the clock of the store. */
  readonly modifiedAt: Date;
  readonly sizeBytes: number;
}

/**
 * Where the raw mail of the quarantine is. Rows are elsewhere: a store knows bytes by id and by the time they were held, nothing
 * else. Every method throws a StorageError where the store is not there, or has no room; its message names the store and no secret.
 */
export interface MailStore {
  /** What the operator calls it: a folder, a bucket with its address, a table. Without secrets. */
  readonly place: string;
  /** All of the content, durable when it resolves; or an error, and nothing that `read` would give. Overwrites nothing half. */
  write(id: string, heldAt: Date, content: Content): Promise<void>;
  /** What was written; asks the store when it is read, and the stream fails where the store is gone or has fewer bytes. */
  read(id: string, heldAt: Date, sizeBytes: number): Content;
  /** Bytes there are of it; null where it is not there. */
  sizeOf(id: string, heldAt: Date): Promise<number | null>;
  /** It is no error that it is not there. */
  remove(id: string, heldAt: Date): Promise<void>;
  nameOf(id: string, heldAt: Date): string;
  /** Everything that the store can have written, for the sweep. */
  files(): AsyncIterable<FoundMail>;
  /** Removes what `files` gave, by its name. */
  drop(name: string): Promise<void>;
  /** Puts in order what has become empty. */
  tidy(now: Date): Promise<void>;
  /** Throws where nothing can be written just now. */
  writable(): Promise<void>;
  close(): Promise<void>;
}

/** Throws for a content that is not as long as it said: such a mail is not whole. */
export function refuseOtherLength(name: string, written: number, { size }: Content): void {
  if (written !== size)
    throw new Error(`${name}: the content gave ${written} bytes, and ${size} were promised`);
}
