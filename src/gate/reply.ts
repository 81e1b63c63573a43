/** One SMTP reply (RFC 5321 section 4.2): of the next hop as it came, or our own. */
export interface Reply {
  readonly code: number;
  /** Enhanced status code (RFC 3463), null where the next hop gave none. */
  readonly enhanced: string | null;
  /** Text of each line, without code and enhanced code; at least one. */
  readonly lines: readonly string[];
}

/** Longer text than this is cut: RFC 5321 section 4.5.3.1.5 allows a reply line 512 octets with code and CRLF. */
const TEXT_LIMIT = 480;
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/g;
const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/;

/** A reply of our own. Control characters in the text become blanks, so that nothing echoed can end the line (S13). */
export function reply(code: number, enhanced: string | null, ...lines: readonly string[]): Reply {
  return { code, enhanced, lines: (lines.length === 0 ? [''] : lines).map(printable) };
}

/** The reply that a server gave, its enhanced code taken from the first line. `texts` are the lines after code and separator. */
export function replyOf(code: number, texts: readonly string[]): Reply {
  const enhanced = ENHANCED.exec(texts[0] ?? '')?.[1] ?? null;
  if (enhanced === null) return reply(code, null, ...texts);
  return reply(code, enhanced, ...texts.map((text) => text.replace(ENHANCED, '')));
}

/** The text of each line as it goes on the wire after the code: the enhanced code stands on every one (RFC 2034). */
export function wireLines(given: Reply): string[] {
  return given.lines.map((line) => [given.enhanced, line].filter(Boolean).join(' '));
}

/** For logs and records: `550 5.1.1 No such user`. */
export function describeReply(given: Reply): string {
  return `${given.code} ${wireLines(given).join(' / ')}`.trimEnd();
}

export function isPositive(given: Reply): boolean {
  return given.code >= 200 && given.code < 400;
}

function printable(text: string): string {
  return text.replace(CONTROL, ' ').slice(0, TEXT_LIMIT);
}
