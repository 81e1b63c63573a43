/** What mailauth 7.1.0 has in this file and gives no types for, as far as we use it. */
declare module 'mailauth/lib/dkim/dkim-verifier.js' {
  import type { Writable } from 'node:stream';
  import type { DKIMVerifyOptions, DKIMVerifyResult } from 'mailauth';

  /** What the verifier wants of a hash of the body. */
  export interface BodyHasher {
    readonly byteLength?: number;
    readonly canonicalizedLength: number;
    readonly bodyHashedBytes: number;
    digest(encoding: 'base64'): string;
    setContentType(type: unknown): void;
    getMimeStructureStart(): number;
  }

  export class DkimVerifier extends Writable {
    constructor(options: DKIMVerifyOptions);
    readonly bodyHashes: Map<string, BodyHasher>;
    readonly headerFrom: string[];
    readonly fromFields: number;
    readonly results: DKIMVerifyResult['results'];
    readonly arc: DKIMVerifyResult['arc'];
    addBodyHash(bodyCanon: string, hashAlgo: string, maxBodyLength: number | ''): string;
    /** Takes the whole header section, with the empty line at its end. */
    emitHeaders(header: Buffer): Promise<void>;
    nextChunk(chunk: Buffer): Promise<void>;
    finalChunk(): Promise<void>;
  }
}
