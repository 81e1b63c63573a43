import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/schema.ts';
import { type Answer, type DnsRecord, normaliseName, type RecordType, type Upstream } from './answer.ts';
import { openSession, type Session, type SessionLimits } from './session.ts';
import { serverUpstream } from './upstream.ts';

/** An hour: a domain that withdraws a key or a sender is believed within it, whatever TTL it gave before. */
export const MAX_TTL_SECONDS = 3600;
/** A TTL of 0 would ask for every message of a burst. */
export const MIN_TTL_SECONDS = 5;
/** node:dns tells no TTL for TXT, MX and PTR; five minutes is the common TTL of such records. */
export const UNKNOWN_TTL_SECONDS = 300;
/** A new record shall work soon, and node:dns does not tell the SOA's minimum (RFC 2308 section 5). */
export const NOTHING_TTL_SECONDS = 60;
/** Long enough that a burst does not wait on a dead server message by message, short enough to see it come back. */
export const FAILED_TTL_SECONDS = 5;
/** An answer over TCP may have 64 KiB: the count of entries alone would not bound the memory. */
const MAX_CACHE_CHARACTERS = 32 * 1024 * 1024;

export type DnsSettings = Config['authentication']['dns'];

/** Questions to DNS, with one cache for all messages. */
export interface Resolver {
  /** Never rejects; an impossible name is `nothing` and is not asked. Equal questions in flight are asked once. */
  lookup(name: string, type: RecordType): Promise<Answer>;
  /** Questions of one message, bounded in time and number. Close it when the message is done. */
  session(limits: SessionLimits): Session;
}

/** A resolver over the configured servers, or over `upstream` where it is given. */
export function createResolver(settings: DnsSettings, options: { upstream?: Upstream } = {}): Resolver {
  const upstream = options.upstream ?? serverUpstream(settings.servers, settings.questionTimeoutMs);
  const inFlight = new Map<string, Promise<Answer>>();
  const cache = new LRUCache<string, Answer>({
    max: settings.cacheEntries,
    maxSize: MAX_CACHE_CHARACTERS,
    // lru-cache keeps the clock that it saw at its import; tests set another one.
    perf: { now: () => performance.now() },
    sizeCalculation: (answer, key) => key.length + charactersOf(answer),
  });

  async function askAndKeep(key: string, name: string, type: RecordType): Promise<Answer> {
    try {
      const answer = await askInTime(upstream, name, type, settings.questionTimeoutMs);
      cache.set(key, answer, { ttl: ttlSecondsOf(answer) * 1000 });
      return answer;
    } finally {
      inFlight.delete(key);
    }
  }

  async function lookup(name: string, type: RecordType): Promise<Answer> {
    const asked = normaliseName(name);
    if (asked === null) return { status: 'nothing', code: 'ENOTFOUND' };
    const key = `${type} ${asked}`;
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const already = inFlight.get(key);
    if (already !== undefined) return already;
    const answer = askAndKeep(key, asked, type);
    inFlight.set(key, answer);
    return answer;
  }

  return { lookup, session: (limits) => openSession(lookup, limits) };
}

async function askInTime(
  upstream: Upstream,
  name: string,
  type: RecordType,
  timeoutMs: number,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'failed', code: 'ETIMEOUT' }), timeoutMs);
  });
  try {
    return await Promise.race([askOnce(upstream, name, type), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function askOnce(upstream: Upstream, name: string, type: RecordType): Promise<Answer> {
  try {
    const { records, ttlSeconds } = await upstream(name, type);
    return records.length === 0
      ? { status: 'nothing', code: 'ENODATA' }
      : { status: 'records', records, ttlSeconds };
  } catch (error) {
    return failureAnswer(error);
  }
}

/** Only these codes are certain; every other one (SERVFAIL, REFUSED, a broken answer) is temporary. */
function failureAnswer(error: unknown): Answer {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN';
  if (code === 'ENOTFOUND' || code === 'ENODATA') return { status: 'nothing', code };
  if (code === 'EBADNAME') return { status: 'nothing', code: 'ENOTFOUND' };
  return { status: 'failed', code };
}

function ttlSecondsOf(answer: Answer): number {
  if (answer.status === 'failed') return FAILED_TTL_SECONDS;
  if (answer.status === 'nothing') return NOTHING_TTL_SECONDS;
  if (answer.ttlSeconds === null) return UNKNOWN_TTL_SECONDS;
  return Math.min(MAX_TTL_SECONDS, Math.max(MIN_TTL_SECONDS, answer.ttlSeconds));
}

function charactersOf(answer: Answer): number {
  if (answer.status !== 'records') return 1;
  return answer.records.reduce((sum, record) => sum + recordCharacters(record), 1);
}

function recordCharacters(record: DnsRecord): number {
  if (typeof record === 'string') return record.length;
  return Array.isArray(record) ? record.join('').length : record.exchange.length;
}
