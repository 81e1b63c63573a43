import { type Reply, wireLines } from '../reply.ts';
import { encodeFrame } from './frame.ts';

/** What we say (SMFIR_…). Changes of the message may be said at the end of its body only, before the last word on it. */
export type Answer =
  | {
      readonly kind: 'negotiate';
      readonly version: number;
      readonly actions: number;
      readonly steps: number;
      /** Macros that we want, by the number of the stage; empty where that may not be said. */
      readonly macros: readonly { readonly stage: number; readonly names: readonly string[] }[];
    }
  | { readonly kind: 'continue' | 'accept' | 'discard' | 'skip' | 'progress' }
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'insertHeader'; readonly index: number; readonly name: string; readonly value: string }
  /** The first of a name has index 1. An empty value deletes it. Value and name are bytes of the message: Latin-1. */
  | { readonly kind: 'changeHeader'; readonly index: number; readonly name: string; readonly value: string }
  /** As the mail server wrote it in its RCPT, angle brackets included. */
  | { readonly kind: 'deleteRecipient'; readonly path: string }
  | { readonly kind: 'quarantine'; readonly reason: string };

const PLAIN = { continue: 'c', accept: 'a', discard: 'd', skip: 's', progress: 'p' } as const;

/** The bytes of an answer. */
export function encodeAnswer(answer: Answer): Buffer {
  switch (answer.kind) {
    case 'negotiate':
      return encodeFrame({ code: 'O', data: negotiation(answer) });
    case 'reply':
      return encodeFrame({ code: 'y', data: text(replyText(answer.reply)) });
    case 'insertHeader':
      return encodeFrame({ code: 'i', data: headerChange(answer) });
    case 'changeHeader':
      return encodeFrame({ code: 'm', data: headerChange(answer) });
    case 'deleteRecipient':
      return encodeFrame({ code: '-', data: text(answer.path) });
    case 'quarantine':
      return encodeFrame({ code: 'q', data: text(answer.reason) });
    default:
      return encodeFrame({ code: PLAIN[answer.kind], data: Buffer.alloc(0) });
  }
}

function negotiation(answer: Extract<Answer, { kind: 'negotiate' }>): Buffer {
  const numbers = [answer.version, answer.actions, answer.steps].map(number);
  const macros = answer.macros.flatMap(({ stage, names }) => [number(stage), text(names.join(' '))]);
  return Buffer.concat([...numbers, ...macros]);
}

function headerChange({ index, name, value }: { index: number; name: string; value: string }): Buffer {
  return Buffer.concat([number(index), latin1(name), latin1(value)]);
}

/**
 * `550 5.7.1 text`, with a hyphen after the code of all lines but the last. Sendmail takes the text for a format, and Postfix undoes
 * what is doubled for its sake.
 */
function replyText(reply: Reply): string {
  const lines = wireLines(reply);
  return lines
    .map((line, at) => `${reply.code}${at === lines.length - 1 ? ' ' : '-'}${line.replaceAll('%', '%%')}`)
    .join('\r\n');
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** A NUL would end it early, and what is after it would be read as something else. */
function text(value: string): Buffer {
  return Buffer.from(`${value.replaceAll('\0', '')}\0`, 'utf8');
}

function latin1(value: string): Buffer {
  return Buffer.from(`${value.replaceAll('\0', '')}\0`, 'latin1');
}
