/** What clamd says of a stream. */
export type ClamdReply =
  | { readonly kind: 'clean' }
  | { readonly kind: 'found'; readonly signature: string }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'error'; readonly detail: string };

/** Names of signatures are short; what is longer is not shown to people. */
const SIGNATURE_CHARS = 200;

/** Reads `stream: OK`, `stream: NAME FOUND` or `… ERROR`, without the delimiter. Anything else is an error, never clean. */
export function readReply(text: string): ClamdReply {
  if (text === 'stream: OK') return { kind: 'clean' };
  const found = /^stream: (.+) FOUND$/.exec(text);
  if (found?.[1] !== undefined) return { kind: 'found', signature: found[1].slice(0, SIGNATURE_CHARS) };
  if (text.startsWith('INSTREAM size limit exceeded')) return { kind: 'tooLarge' };
  return { kind: 'error', detail: text === '' ? 'no reply' : `answered ${JSON.stringify(text)}` };
}
