import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Mistake } from '../mistake.ts';

/** 16 characters of base64 are 96 bits: nobody guesses that over HTTP. */
export const TOKEN_CHARACTERS = 16;

const LINE = /^([\w.@-]{1,64})[ \t]+(\S+)$/;

/** Names by bearer token. Every token is compared, each in constant time, as hashes: the time of an answer tells nothing of any. */
export class Tokens {
  readonly #entries: readonly { readonly name: string; readonly digest: Buffer }[];

  private constructor(entries: readonly { readonly name: string; readonly digest: Buffer }[]) {
    this.#entries = entries;
  }

  /** Reads `name token` lines; empty ones and those with # are passed over. Throws a Mistake with file and line, never with a token. */
  static read(path: string): Tokens {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      throw new Mistake(`${path}: cannot be read (feedback.http.tokens)`, { cause: error });
    }
    const entries = text.split(/\r?\n/).flatMap((line, index) => {
      if (line.trim() === '' || line.startsWith('#')) return [];
      const [, name, token] = LINE.exec(line.trim()) ?? [];
      if (name === undefined || token === undefined)
        throw new Mistake(`${path}:${index + 1}: expected a name and a token`);
      if (token.length < TOKEN_CHARACTERS)
        throw new Mistake(`${path}:${index + 1}: the token has fewer than ${TOKEN_CHARACTERS} characters`);
      return [{ name, digest: digestOf(token) }];
    });
    if (entries.length === 0) throw new Mistake(`${path}: has no token`);
    return new Tokens(entries);
  }

  /** Whose token an Authorization header bears; null where nobody's. */
  nameOf(authorization: string | undefined): string | null {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return null;
    const digest = digestOf(token);
    let found: string | null = null;
    for (const entry of this.#entries) if (timingSafeEqual(entry.digest, digest)) found = entry.name;
    return found;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
