import type { DKIMVerifyOptions, DKIMVerifyResult } from 'mailauth';
import { type BodyHasher, DkimVerifier } from 'mailauth/lib/dkim/dkim-verifier.js';
import { BodyHash, BodyHashes } from './body-hashes.ts';
import type { Verifiable } from './verifiable.ts';

/** What the signatures of a message say. */
export type Verified = Pick<DKIMVerifyResult, 'headerFrom' | 'fromFields' | 'results'> & {
  readonly arc: DKIMVerifyResult['arc'] | undefined;
};

/**
 * Verifies the signatures of a message. What mailauth's `dkimVerify` does, but for the hashes of the body: its own join a
 * line without an end to each next chunk and read it all again, and hold the thread for each bare LF of a chunk. Rejects
 * where the body cannot be read.
 */
export async function verifySignatures(
  { header, body }: Pick<Verifiable, 'header' | 'body'>,
  options: DKIMVerifyOptions,
): Promise<Verified> {
  const verifier = new Verifier(options);
  await written(verifier, header);
  if (verifier.wantsBody) for await (const chunk of body()) await written(verifier, chunk);
  await ended(verifier);
  const { headerFrom, fromFields, results, arc } = verifier;
  return { headerFrom, fromFields, results, arc };
}

class Verifier extends DkimVerifier {
  readonly #hashes = new BodyHashes();

  get wantsBody(): boolean {
    return !this.#hashes.isIdle;
  }

  override addBodyHash(bodyCanon: string, hashAlgo: string, maxBodyLength: number | ''): string {
    const key = [bodyCanon, hashAlgo, maxBodyLength].join(':');
    if (this.bodyHashes.has(key)) return key;
    const hash = new WantedHash(hashAlgo, maxBodyLength === '' ? null : maxBodyLength);
    this.#hashes.add(bodyCanon === 'relaxed' ? 'relaxed' : 'simple', hash);
    this.bodyHashes.set(key, hash);
    return key;
  }

  /** Line ends of the header must be CRLF before it is parsed; those of the body are the canonical form's business. */
  override ensureLinebreaks(chunk: Buffer): Iterable<Buffer> {
    return this.state === 'body' ? [chunk] : super.ensureLinebreaks(chunk);
  }

  override nextChunk(chunk: Buffer): Promise<void> {
    return this.#hashes.update(chunk);
  }

  override async finalChunk(): Promise<void> {
    await this.#hashes.end();
    await super.finalChunk();
  }
}

class WantedHash extends BodyHash implements BodyHasher {
  /** The verifier tells where the first part begins, which nobody here asks for. */
  setContentType(): void {}

  getMimeStructureStart(): number {
    return 0;
  }
}

function written(verifier: Verifier, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    verifier.once('error', reject);
    verifier.write(chunk, (error) => {
      verifier.off('error', reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

function ended(verifier: Verifier): Promise<void> {
  return new Promise((resolve, reject) => {
    verifier.once('error', reject);
    verifier.end(resolve);
  });
}
