import { openS3Store } from '../../../src/quarantine/mail/s3-store.ts';
import { startBucket } from './bucket.ts';
import { storeSuite } from './store-suite.ts';

storeSuite('mail in a bucket', async () => {
  const bucket = await startBucket();
  const store = await openS3Store(bucket.config());
  return {
    store,
    close: async () => {
      await store.close();
      await bucket.close();
    },
  };
});
