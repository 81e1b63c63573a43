import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Keys } from '../../config/s3-keys.ts';
import type { Config } from '../../config/schema.ts';
import { StorageError } from '../../storage-error.ts';

/** A store that is away for longer than a few tries is away: the sender comes again later, and better than we could. */
export const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;
const PAUSE_FACTOR = 4;

/** What services say when there is no room: AWS has no such thing, those of one's own have. */
const FULL = new Set([
  'QuotaExceeded',
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
  'InsufficientStorage',
]);

/** Its faults come to us as errors; the SDK would write some of them to the console, too. */
const QUIET = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

export type Sdk = typeof import('@aws-sdk/client-s3');
export type S3Config = Config['quarantine']['mail']['s3'];

/**
 * A client that asks `endpoint` and nobody else: each thing that the SDK would look up in files, in the environment or from a
 * metadata service is given. It does not retry by itself, because a stream can be sent only once. Throws where keys or address are missing.
 */
export function s3Client({ S3Client: Client }: Sdk, config: S3Config): S3Client {
  const keys = s3Keys(config);
  if (config.endpoint === null || keys === null)
    throw new Error('quarantine.mail.s3 needs endpoint, accessKeyId and secretAccessKey');
  const { timeoutMs } = config;
  return new Client({
    endpoint: config.endpoint,
    region: config.region,
    forcePathStyle: config.pathStyle,
    credentials: keys,
    maxAttempts: 1,
    retryMode: 'standard',
    // 'auto' would ask the metadata service where we are.
    defaultsMode: 'standard',
    // Buckets of S3 Express would ask for a session first; many services do not know that.
    disableS3ExpressSessionAuth: true,
    disableMultiregionAccessPoints: true,
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    followRegionRedirects: false,
    authSchemePreference: ['aws.auth#sigv4'],
    // The sums are our own: trailers of aws-chunked bodies are not understood everywhere.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Where nobody answers "100 Continue" it would cost seconds.
    expectContinueHeader: false,
    logger: QUIET,
    // The second is between bytes, so that a big mail on a slow line is no fault.
    requestHandler: { connectionTimeout: timeoutMs, socketTimeout: timeoutMs },
  });
}

/** Tries what the network or the service may fail at, ATTEMPTS times at most; other faults at once. Throws what `described` gives. */
export async function trying<T>(place: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1, pauseMs = FIRST_PAUSE_MS; ; attempt += 1, pauseMs *= PAUSE_FACTOR) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassing(error)) throw described(place, error);
      await pause(pauseMs);
    }
  }
}

/** Whether the service says that there is no such object. A missing bucket is another thing: the store is not there. */
export function isMissing(error: unknown): boolean {
  const name = error instanceof Error ? error.name : '';
  return name === 'NoSuchKey' || name === 'NotFound';
}

/** In words, as an error of its own: that of the SDK carries request and answer, with the signature. */
export function described(place: string, error: unknown): Error {
  if (error instanceof StorageError) return error;
  if (!(error instanceof Error))
    return new StorageError(place, 'failed', new Error('unknown fault'), 'unknown');
  const status = statusOf(error);
  const code = codeOf(error);
  const words = error.message && error.message !== 'UnknownError' ? error.message : code;
  const full = FULL.has(code) || status === 507;
  const said = new Error(status === null ? words : `${words} (${code}, HTTP ${status})`);
  return new StorageError(place, full ? 'full' : 'failed', said, code);
}

/** No answer at all, or one that says: later. */
function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  return status === null || status === 429 || (status >= 500 && status !== 507);
}

function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
