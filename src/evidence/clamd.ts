import type { Config } from '../config/schema.ts';
import { type ClamdAddress, scan } from './clamd/scan.ts';
import { EvidenceFailure, type EvidenceSource } from './evidence.ts';

export interface ClamdFacts {
  readonly asked: boolean;
  readonly infected: boolean;
  /** Name of the signature that matched; ''. */
  readonly signature: string;
  /** clamd was given the whole message; false where it is longer than what is sent. */
  readonly whole: boolean;
}

const NOT_ASKED: ClamdFacts = { asked: false, infected: false, signature: '', whole: false };

/**
 * What ClamAV says of the message, where it is configured: one connection a message. It takes the whole message as it came and
 * unpacks by itself. A scanner that does not answer tags by default: somebody relies on it.
 */
export function clamdSource({ address, timeoutMs, maxBytes }: Config['clamd']): EvidenceSource<'clamd'> {
  const server = address === null ? null : addressOf(address);
  return {
    name: 'clamd',
    onFailure: 'tag',
    shortfall: ({ asked, infected, whole }) =>
      !asked || infected || whole
        ? null
        : { reason: 'overBudget', detail: `clamd was given the first ${maxBytes} bytes only` },
    async gather({ content }) {
      if (server === null) return NOT_ASKED;
      const reply = await scan(server, content, { timeoutMs, maxBytes });
      switch (reply.kind) {
        case 'clean':
        case 'found': {
          const signature = reply.kind === 'found' ? reply.signature : '';
          return {
            asked: true,
            infected: reply.kind === 'found',
            signature,
            whole: content.size <= maxBytes,
          };
        }
        case 'tooLarge':
          throw new EvidenceFailure('overBudget', 'clamd takes less (StreamMaxLength) than clamd.maxBytes');
        case 'error':
          throw new EvidenceFailure('error', `clamd: ${reply.detail}`);
      }
    },
  };
}

/** `/path`, `host:port` or `[v6]:port`, as the configuration has checked it. */
function addressOf(text: string): ClamdAddress {
  if (text.startsWith('/')) return { path: text };
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}
