import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { GetObjectCommandOutput, PutObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../../config/schema.ts';
import { isMailId } from '../../mail/id.ts';
import type { Content } from '../../mail/mail.ts';
import { dayName } from './day-name.ts';
import { type FoundMail, type MailStore, refuseOtherLength } from './mail-store.ts';
import { described, isMissing, type S3Config, type Sdk, s3Client, trying } from './s3-client.ts';

/** Its sum goes with the mail, and is looked at when it is read: x-amz-meta-sha256. */
const SUM = 'sha256';
const MAIL_TYPE = 'message/rfc822';

/** Opens the store in a bucket. The SDK is loaded here, by those who have a bucket. Asks nothing yet: the bucket may be away. */
export async function openS3Store(config: Config['quarantine']['mail']['s3']): Promise<MailStore> {
  const sdk = await import('@aws-sdk/client-s3');
  return new S3Store(sdk, s3Client(sdk, config), config);
}

/** One object a mail. A put is whole or not there, and durable when it is answered: that is what S3 promises. */
class S3Store implements MailStore {
  readonly place: string;
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(sdk: Sdk, client: S3Client, { endpoint, bucket, prefix }: S3Config) {
    this.place = `bucket ${bucket} at ${new URL(endpoint ?? '').origin}`;
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async write(id: string, heldAt: Date, content: Content): Promise<void> {
    const name = this.nameOf(id, heldAt);
    // Once before it goes: a stream can be sent once, and its sum is said in front of it.
    const sums = await sumsOf(name, content);
    try {
      const answer = await trying(this.place, () => this.#put(name, content, sums));
      refuseOtherSum(this.place, name, answer, sums.md5);
    } catch (error) {
      // The answer may have been lost, not the mail. If this fails, too, the sweep finds it.
      await this.#delete(name).catch(() => undefined);
      throw error;
    }
  }

  read(id: string, heldAt: Date, sizeBytes: number): Content {
    const name = this.nameOf(id, heldAt);
    return {
      size: sizeBytes,
      stream: () => Readable.from(sizeBytes === 0 ? [] : this.#bytes(name, sizeBytes), { objectMode: false }),
      head: (limit) => this.#head(name, Math.min(limit, sizeBytes)),
    };
  }

  async sizeOf(id: string, heldAt: Date): Promise<number | null> {
    const Key = this.nameOf(id, heldAt);
    const found = await trying(this.place, async () => {
      try {
        return await this.#client.send(new this.#sdk.HeadObjectCommand({ Bucket: this.#bucket, Key }));
      } catch (error) {
        // A HEAD has no body that could say whether the bucket or the object is missing.
        if (!isMissing(error)) throw error;
        await this.#client.send(new this.#sdk.HeadBucketCommand({ Bucket: this.#bucket }));
        return null;
      }
    });
    return found?.ContentLength ?? null;
  }

  remove(id: string, heldAt: Date): Promise<void> {
    return this.drop(this.nameOf(id, heldAt));
  }

  nameOf(id: string, heldAt: Date): string {
    return `${this.#prefix}${dayName(id, heldAt)}`;
  }

  async *files(): AsyncGenerator<FoundMail> {
    const Prefix = this.#prefix;
    for (let token: string | undefined; ; ) {
      const input = { Bucket: this.#bucket, Prefix, ContinuationToken: token };
      const page = await trying(this.place, () =>
        this.#client.send(new this.#sdk.ListObjectsV2Command(input)),
      );
      for (const { Key, LastModified, Size } of page.Contents ?? []) {
        const id = /\/([^/]+)\.eml$/.exec(Key ?? '')?.[1];
        if (Key === undefined || id === undefined || !isMailId(id)) continue;
        yield { name: Key, id, modifiedAt: LastModified ?? new Date(0), sizeBytes: Size ?? 0 };
      }
      if (page.NextContinuationToken === undefined) return;
      token = page.NextContinuationToken;
    }
  }

  drop(name: string): Promise<void> {
    return this.#delete(name);
  }

  async tidy(): Promise<void> {}

  async writable(): Promise<void> {
    const probe = {
      Bucket: this.#bucket,
      Key: `${this.#prefix}.writable`,
      Body: 'written to see whether it can be\n',
    };
    await trying(this.place, () => this.#client.send(new this.#sdk.PutObjectCommand(probe)));
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  #put(name: string, content: Content, sums: Sums): Promise<PutObjectCommandOutput> {
    const command = new this.#sdk.PutObjectCommand({
      Bucket: this.#bucket,
      Key: name,
      Body: content.size === 0 ? Buffer.alloc(0) : content.stream(),
      ContentLength: content.size,
      ContentType: MAIL_TYPE,
      ContentMD5: Buffer.from(sums.md5, 'hex').toString('base64'),
      Metadata: { [SUM]: sums.sha256 },
    });
    command.middlewareStack.add(
      (next) => (args) => {
        // Signed with the request, so that the service refuses other bytes; the SDK would leave a stream unsigned.
        if (hasHeaders(args.request)) args.request.headers['x-amz-content-sha256'] = sums.sha256;
        return next(args);
      },
      { step: 'build', name: 'signTheBytes' },
    );
    return this.#client.send(command);
  }

  async *#bytes(name: string, size: number): AsyncGenerator<Buffer> {
    const answer = await trying(this.place, () => this.#get(name, undefined));
    const hash = createHash('sha256');
    let given = 0;
    try {
      for await (const chunk of bodyOf(answer)) {
        hash.update(chunk);
        given += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw described(this.place, error);
    }
    const sum = answer.Metadata?.[SUM];
    if (given !== size || (sum !== undefined && sum !== hash.digest('hex')))
      throw new Error(`${this.place}: ${name} is not what was written: ${given} of ${size} bytes`);
  }

  async #head(name: string, length: number): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    const head = await trying(this.place, async () => {
      const answer = await this.#get(name, `bytes=0-${length - 1}`);
      return await firstOf(bodyOf(answer), length);
    });
    if (head.length !== length)
      throw new Error(`${this.place}: ${name} has ${head.length} bytes where ${length} were expected`);
    return head;
  }

  #get(Key: string, Range: string | undefined): Promise<GetObjectCommandOutput> {
    return this.#client.send(new this.#sdk.GetObjectCommand({ Bucket: this.#bucket, Key, Range }));
  }

  async #delete(Key: string): Promise<void> {
    await trying(this.place, () =>
      this.#client.send(new this.#sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key })),
    );
  }
}

interface Sums {
  readonly sha256: string;
  readonly md5: string;
}

async function sumsOf(name: string, content: Content): Promise<Sums> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let written = 0;
  for await (const chunk of content.stream()) {
    sha256.update(chunk);
    md5.update(chunk);
    written += chunk.length;
  }
  refuseOtherLength(name, written, content);
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}

/** The ETag of a single put is its MD5, unless the service encrypts with keys of its own. */
function refuseOtherSum(place: string, name: string, answer: PutObjectCommandOutput, md5: string): void {
  const encrypted =
    answer.SSECustomerAlgorithm !== undefined || answer.ServerSideEncryption?.startsWith('aws:');
  const [, tag] = /^"?([0-9a-f]{32})"?$/.exec(answer.ETag ?? '') ?? [];
  if (encrypted || tag === undefined || tag === md5) return;
  throw described(place, new Error(`${name} was not stored as it was sent`));
}

function bodyOf({ Body }: GetObjectCommandOutput): Readable {
  if (!(Body instanceof Readable)) throw new Error('an answer without a body');
  return Body;
}

/** A server may give everything whatever the range (RFC 9110 section 14.2). */
async function firstOf(body: Readable, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let given = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    given += chunk.length;
    if (given >= length) break;
  }
  return Buffer.concat(chunks).subarray(0, length);
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}
