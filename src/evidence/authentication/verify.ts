import type { DKIMVerifyOptions, DKIMVerifyResult } from 'mailauth';
import { type BodyHasher, DkimVerifier } from 'mailauth/lib/dkim/dkim-verifier.js';
import { BodyHash, BodyHashes } from './body-hashes.ts';
import type { Verifiable } from './verifiable.ts';

/** What the signatures of a message say. */
export type Verified = Pick<DKIMVerifyResult, 'headerFrom' | 'fromFields' | 'results'> & {
  readonly arc: DKIMVerifyResult['arc'] | undefined;
};

/**
 * Verifies the signatures of a message. What mailauth's `dkimVerify` does, but for its streams: they look at each byte of the header
 * by itself, join a line without an end to each next chunk and read it all again, and hold the thread for each bare LF of a chunk.
 * Rejects where the body cannot be read.
 */
export async function verifySignatures(
  { header, body }: Pick<Verifiable, 'header' | 'body'>,
  options: DKIMVerifyOptions,
): Promise<Verified> {
  const verifier = new Verifier(options);
  const whole = withLineEnds(header);
  const end = headerEnd(whole);
  await verifier.emitHeaders(whole.subarray(0, end));
  if (verifier.wantsBody) {
    if (end < whole.length) await verifier.nextChunk(whole.subarray(end));
    for await (const chunk of body()) await verifier.nextChunk(chunk);
  }
  await verifier.finalChunk();
  const { headerFrom, fromFields, results, arc } = verifier;
  return { headerFrom, fromFields, results, arc };
}

/** Line ends of the header must be CRLF before it is parsed; those of the body are the canonical form's business. */
function withLineEnds(header: Buffer): Buffer {
  const text = header.toString('latin1');
  return BARE_LF.test(text) ? Buffer.from(text.replace(BARE_LFS, '\r\n'), 'latin1') : header;
}

const BARE_LF = /(?<!\r)\n/;
const BARE_LFS = /(?<!\r)\n/g;

/** Where the body begins: after the first empty line, which may be the first of all (RFC 5322 section 2.1). */
function headerEnd(header: Buffer): number {
  if (header[0] === CR && header[1] === LF) return 2;
  const empty = header.indexOf('\n\r\n', 0, 'latin1');
  return empty < 0 ? header.length : empty + 3;
}

const CR = 0x0d;
const LF = 0x0a;

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
