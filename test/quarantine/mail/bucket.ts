import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { configSchema } from '../../../src/config/schema.ts';
import type { S3Config } from '../../../src/quarantine/mail/s3-client.ts';

/** The one pair of keys that s3rver knows. */
export const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

export interface Bucket {
  readonly directory: string;
  readonly port: number;
  /** Configuration of a store in it, with another prefix each time. */
  config(other?: Partial<S3Config>): S3Config;
  /** Hears of every request from now on. */
  onRequest(listener: (method: string) => void): void;
  /** Cuts all connections and refuses new ones. */
  away(): Promise<void>;
  /** At the same port, with what it had. */
  back(): Promise<void>;
  close(): Promise<void>;
}

let prefixes = 0;

/** An S3 service on loopback with the bucket `postern`. */
export async function startBucket(): Promise<Bucket> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-bucket-'));
  let server = serverIn(directory, 0);
  const { port } = await server.run();
  const away = async () => {
    const closed = server.close();
    server.httpServer.closeAllConnections();
    await closed;
  };
  return {
    directory,
    port,
    config: (other = {}) => {
      prefixes += 1;
      return s3Config({ endpoint: `http://127.0.0.1:${port}`, prefix: `mail-${prefixes}/`, ...other });
    },
    onRequest: (listener) =>
      server.httpServer.on('request', (request: IncomingMessage) => listener(request.method ?? '')),
    away,
    back: async () => {
      server = serverIn(directory, port);
      await server.run();
    },
    close: async () => {
      await away().catch(() => undefined); // It may be away already.
      rmSync(directory, { recursive: true });
    },
  };
}

export function s3Config(s3: Partial<S3Config>): S3Config {
  return configSchema.parse({ quarantine: { mail: { s3: { ...KEYS, ...s3 } } } }).quarantine.mail.s3;
}

function serverIn(directory: string, port: number): S3rver {
  const configureBuckets = [{ name: 'postern' }];
  return new S3rver({ address: '127.0.0.1', port, silent: true, directory, configureBuckets });
}
