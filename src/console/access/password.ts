import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** 19 MiB, two passes, one lane: what OWASP's Password Storage Cheat Sheet asks of argon2id at least; some 60 ms on one core. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A hash that asks for more was not made by us: it would stop the service rather than check a password. */
const MOST_MEMORY_KIB = 1_048_576;
const MOST_PASSES = 16;
const MOST_LANES = 16;

/** NIST SP 800-63B section 3.1.1.2: length is what counts, and no rules about kinds of characters. */
export const LEAST_CHARACTERS = 12;
/** Nobody types more; the hash of more would be work for nothing. */
export const MOST_CHARACTERS = 256;

interface Parsed {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` (PHC string format), with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derived(password, { ...COST, salt, hash: Buffer.alloc(HASH_BYTES) });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Whether the password is the one of the hash. False for a hash that is not one of ours, whatever the password, after the same work
 * as for a real one: how long it takes tells nobody which names there are.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const parsed = hash === null ? null : parse(hash);
  const expected = parsed ?? DECOY;
  const found = await derived(password, expected);
  return timingSafeEqual(found, expected.hash) && parsed !== null;
}

/** Null where it may be a password of this user, else why not. */
export function passwordProblem(password: string, name: string): 'short' | 'long' | 'name' | null {
  const characters = [...password.normalize('NFKC')].length;
  if (characters < LEAST_CHARACTERS) return 'short';
  if (characters > MOST_CHARACTERS) return 'long';
  return password.toLowerCase().includes(name.toLowerCase()) && characters < name.length + LEAST_CHARACTERS
    ? 'name'
    : null;
}

const DECOY: Parsed = { ...COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };

const SHAPE =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,1}),p=([1-9]\d{0,1})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/;

function parse(hash: string): Parsed | null {
  const [, memory, passes, lanes, salt, value] = SHAPE.exec(hash) ?? [];
  if (salt === undefined || value === undefined) return null;
  const parsed = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(value, 'base64'),
  };
  const isOurs =
    parsed.memory <= MOST_MEMORY_KIB &&
    // RFC 9106 section 3.1: at least eight blocks a lane, a salt of eight octets, a tag of four (we want sixteen).
    parsed.memory >= 8 * parsed.parallelism &&
    parsed.passes <= MOST_PASSES &&
    parsed.parallelism <= MOST_LANES &&
    parsed.salt.length >= 8 &&
    parsed.hash.length >= 16;
  return isOurs ? parsed : null;
}

async function derived(
  password: string,
  { memory, passes, parallelism, salt, hash }: Parsed,
): Promise<Buffer> {
  // NFKC: the same characters from another keyboard are the same password (SP 800-63B). What is too long is cut, and never matches a hash of ours.
  const message = [...password.normalize('NFKC')].slice(0, MOST_CHARACTERS + 1).join('');
  return await derive('argon2id', {
    message,
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: hash.length,
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
