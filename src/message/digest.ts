import { createHash } from 'node:crypto';
import { STRIDE, type Steps } from './turns.ts';

/** SHA-256 of a file, in hexadecimal digits. */
export function* sha256(content: Buffer): Steps<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < content.length; at += STRIDE) {
    hash.update(content.subarray(at, at + STRIDE));
    if (at + STRIDE < content.length) yield;
  }
  return hash.digest('hex');
}
