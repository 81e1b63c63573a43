/** The library's own hash of a body, which ours is compared with. */
declare module 'mailauth/lib/dkim/body/index.js' {
  interface LibraryHash {
    readonly canonicalizedLength: number;
    readonly bodyHashedBytes: number;
    update(chunk: Buffer): void;
    digest(encoding: 'base64'): string;
  }
  export function dkimBody(canonicalization: string, algorithm: string, limit?: number): LibraryHash;
}
