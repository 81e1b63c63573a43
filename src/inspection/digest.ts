import { createHash, hash } from 'node:crypto';
import type { Content } from '../mail/mail.ts';

/** Traces that a hop puts before a message: another delivery of the same message has others. */
const TRACE =
  /^(?:(?:received|return-path|delivered-to|x-original-to|authentication-results)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+/i;
/** Traces of a hundred hops; what goes on longer counts as part of the message from there on. */
const TRACE_BYTES = 64 * 1024;

/**
 * SHA-256, as hex, of a message without the trace fields at its top: when a sender tries again, the hop before us puts a
 * new Received with another time and id before the same message.
 */
export async function digestOf(content: Content): Promise<string> {
  if (content.path === undefined) {
    const bytes = await content.head(content.size);
    return hash('sha256', bytes.subarray(traceLength(bytes)), 'hex');
  }
  let skip = traceLength(await content.head(TRACE_BYTES));
  const sum = createHash('sha256');
  for await (const chunk of content.stream() as AsyncIterable<Buffer>) {
    sum.update(chunk.subarray(Math.min(skip, chunk.length)));
    skip -= Math.min(skip, chunk.length);
  }
  return sum.digest('hex');
}

function traceLength(bytes: Buffer): number {
  return TRACE.exec(bytes.toString('latin1', 0, TRACE_BYTES))?.[0].length ?? 0;
}
