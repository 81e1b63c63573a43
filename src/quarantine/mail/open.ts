import type { Config } from '../../config/schema.ts';
import type { Database } from '../../database/open.ts';
import { databaseStore } from './database-store.ts';
import { openDiskStore } from './disk-store.ts';
import type { MailStore } from './mail-store.ts';
import { openS3Store } from './s3-store.ts';

export interface MailStoreOptions {
  readonly database: Database;
  /** What messages call the database. */
  readonly place: string;
  readonly now: () => Date;
}

/** The store of raw mail that `quarantine.mail.store` chooses. Only a folder is touched yet; the others may be away just now. */
export function openMailStore(
  { directory, mail }: Config['quarantine'],
  { database, place, now }: MailStoreOptions,
): Promise<MailStore> {
  switch (mail.store) {
    case 'disk':
      return openDiskStore(directory);
    case 's3':
      return openS3Store(mail.s3);
    case 'database':
      return Promise.resolve(databaseStore(database, place, now));
  }
}
