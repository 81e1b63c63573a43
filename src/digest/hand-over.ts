import type { Config } from '../config/schema.ts';
import { relay } from '../gate/relay.ts';
import { isPositive } from '../gate/reply.ts';
import { hostnameOf } from '../hostname.ts';
import { type Letter, letterBytes } from './letter.ts';
import { settingsOf } from './settings.ts';

/**
 * What the next hop made of a letter. `failed`: it certainly did not take it, and may later. `refused`: it will not take it (5xx).
 * `unknown`: the connection broke after all was sent and before the reply; the letter may be there or not (RFC 1047).
 */
export type HandedOver =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed' | 'refused' | 'unknown'; readonly why: string };

/** Sends a letter with the null sender: nobody gets a bounce of it (RFC 3834 section 3.3). */
export async function handOver(config: Config, letter: Letter): Promise<HandedOver> {
  const { nextHop } = settingsOf(config);
  const message = new SeenToTheEnd(await letterBytes(letter));
  try {
    const reply = await relay({
      nextHop,
      hostname: hostnameOf(config.gate),
      envelope: { mailFrom: '', rcptTo: [letter.recipient] },
      message: message.stream(),
    });
    if (isPositive(reply)) return { outcome: 'sent' };
    const why = `the next hop said ${[reply.code, ...reply.lines].join(' ')}`;
    return { outcome: reply.code >= 500 ? 'refused' : 'failed', why };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { outcome: message.isSent ? 'unknown' : 'failed', why };
  }
}

/** Knows whether all of its bytes were asked for: then the dot went out, too, and the next hop may have the letter. */
class SeenToTheEnd {
  readonly #bytes: Buffer;
  isSent = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  async *stream(): AsyncGenerator<Buffer> {
    yield this.#bytes;
    this.isSent = true;
  }
}
