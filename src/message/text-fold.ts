/**
 * Zero-width and bidirectional control characters, soft hyphen and grapheme joiner: they change nothing a person sees
 * between Latin letters, and split words for a machine.
 */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|\u034f/g;

/** Gathers text with white space folded to single spaces and without invisible characters, up to a bound. */
export class TextFold {
  readonly #pieces: string[] = [];
  readonly #limit: number;
  #length = 0;
  #space = false;
  /** Invisible characters that were taken out. */
  invisible = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#length >= this.#limit;
  }

  get empty(): boolean {
    return this.#length === 0;
  }

  /** A word break that shows only between two pieces of text. */
  break(): void {
    this.#space = this.#length > 0;
  }

  add(text: string): void {
    if (this.full) return;
    const seen = text.replace(INVISIBLE, () => {
      this.invisible += 1;
      return '';
    });
    const folded = seen.replace(/[\s\u2800\u3164]+/g, ' ');
    if (folded === '') return;
    if (folded === ' ') {
      this.break();
      return;
    }
    if (folded.startsWith(' ')) this.break();
    const piece = folded.trim();
    if (this.#space) this.#push(' ');
    this.#push(piece);
    this.#space = folded.endsWith(' ');
  }

  toString(): string {
    return this.#pieces.join('').slice(0, this.#limit);
  }

  #push(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }
}

/** White space folded and invisible characters taken out, as TextFold does. */
export function foldText(text: string, limit: number): string {
  const fold = new TextFold(limit);
  fold.add(text.length > limit * 2 ? text.slice(0, limit * 2) : text);
  return fold.toString();
}
