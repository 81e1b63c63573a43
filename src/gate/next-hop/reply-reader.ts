import { type Reply, replyOf } from '../reply.ts';

/** RFC 5321 section 4.5.3.1.5 says 512 octets; servers write longer ones, but not this long. */
const LINE_LIMIT = 4_096;
/** EHLO answers of real servers have some twenty lines; without a limit a server could fill our memory. */
const LINES_LIMIT = 128;
const LINE = /^([2-5]\d\d)(?:([ -])(.*))?$/s;

/** Bytes of a server → replies. Incremental and pure; throws on what is no SMTP reply, and the connection is then worth nothing. */
export class ReplyReader {
  #rest = '';
  #code: number | null = null;
  #texts: string[] = [];

  /** Whether part of a reply, and so of unread input, is held. */
  get isEmpty(): boolean {
    return this.#rest === '' && this.#texts.length === 0;
  }

  push(chunk: Buffer): Reply[] {
    const replies: Reply[] = [];
    // Latin-1 keeps each byte, so that a character split between two chunks survives; the line is decoded when it is whole.
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const reply = this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (reply !== null) replies.push(reply);
    }
    if (this.#rest.length > LINE_LIMIT) throw new Error('a reply line is too long');
    return replies;
  }

  #line(line: string): Reply | null {
    if (line.length > LINE_LIMIT) throw new Error('a reply line is too long');
    const match = LINE.exec(line);
    if (match === null) throw new Error(`not a reply: ${JSON.stringify(line.slice(0, 100))}`);
    const code = Number(match[1]);
    if (this.#code !== null && this.#code !== code) throw new Error('a reply changes its code between lines');
    this.#code = code;
    this.#texts.push(Buffer.from(match[3] ?? '', 'latin1').toString('utf8'));
    if (this.#texts.length > LINES_LIMIT) throw new Error('a reply has too many lines');
    if (match[2] === '-') return null;
    const whole = replyOf(code, this.#texts);
    this.#code = null;
    this.#texts = [];
    return whole;
  }
}
