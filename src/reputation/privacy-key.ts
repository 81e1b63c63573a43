import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Mistake } from '../mistake.ts';

/** As long as the hash: a longer key adds nothing (RFC 2104 section 3), a shorter one could be guessed. */
export const KEY_BYTES = 32;

/** The key of the hashes, whatever is in its file without white space around it. Null where there is no file. Throws a Mistake. */
export function readPrivacyKey(path: string): Buffer | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Mistake(`${path}: the key of privacy.addresses cannot be read`, { cause: error });
  }
  const key = Buffer.from(bytes.toString('latin1').trim(), 'latin1');
  if (key.length < KEY_BYTES) {
    throw new Mistake(
      `${path}: the key of privacy.addresses has ${key.length} bytes, ${KEY_BYTES} are needed`,
    );
  }
  return key;
}

/** Makes a key for nobody but us to read, as text that survives an editor. One that came in between stays, and is given. */
export function makePrivacyKey(path: string): Buffer {
  const fresh = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flush: true });
    try {
      // Linked rather than renamed: two processes that start at once agree on the first, whole.
      linkSync(fresh, path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    } finally {
      unlinkSync(fresh);
    }
  } catch (error) {
    throw new Mistake(`${path}: the key of privacy.addresses cannot be made`, { cause: error });
  }
  const key = readPrivacyKey(path);
  if (key === null) throw new Mistake(`${path}: the key of privacy.addresses is gone again`);
  return key;
}
