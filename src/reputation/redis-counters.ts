import { type Counters, LASTING } from './fold.ts';

/** The order in which a packed value has its numbers; the scripts count on it. */
const FIELDS = [
  'era',
  'firstSeen',
  'lastSeen',
  ...LASTING,
  'burstEra',
  'recent',
] as const satisfies readonly (keyof Counters)[];

const DOUBLE_BYTES = 8;
export const PACKED_BYTES = DOUBLE_BYTES * FIELDS.length;

/** For `struct.pack` of Redis: doubles, the most significant byte first. */
export const LUA_FORMAT = `>${'d'.repeat(FIELDS.length)}`;

/** Counters as Redis keeps them: doubles, so that no digit is lost on the way to the script that adds them, and back. */
export function packed(counters: Counters): Buffer {
  const bytes = Buffer.alloc(PACKED_BYTES);
  FIELDS.forEach((field, index) => {
    bytes.writeDoubleBE(counters[field], DOUBLE_BYTES * index);
  });
  return bytes;
}

/** Throws where the bytes are no packed counters. */
export function unpacked(bytes: Buffer): Counters {
  if (bytes.length !== PACKED_BYTES)
    throw new Error(`a value of ${bytes.length} bytes where counters have ${PACKED_BYTES}`);
  const field = (name: (typeof FIELDS)[number]) => bytes.readDoubleBE(DOUBLE_BYTES * FIELDS.indexOf(name));
  return {
    era: field('era'),
    firstSeen: field('firstSeen'),
    lastSeen: field('lastSeen'),
    messages: field('messages'),
    held: field('held'),
    refused: field('refused'),
    reportedBad: field('reportedBad'),
    reportedGood: field('reportedGood'),
    outbound: field('outbound'),
    burstEra: field('burstEra'),
    recent: field('recent'),
  };
}
