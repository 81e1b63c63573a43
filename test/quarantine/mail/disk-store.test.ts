import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskStore } from '../../../src/quarantine/mail/disk-store.ts';
import { storeSuite } from './store-suite.ts';

storeSuite('mail in a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-mail-'));
  const store = await openDiskStore(join(folder, 'quarantine'));
  return {
    store,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
