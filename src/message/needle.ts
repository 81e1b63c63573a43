/**
 * Finds one string again and again in bytes, from left to right and in windows. Each byte is searched once however often it
 * is asked, so that two needles can be followed side by side.
 */
export class Needle {
  readonly #bytes: Buffer;
  readonly #needle: string;
  readonly #length: number;
  /** The last place found; -1 is none. */
  #found = -1;
  /** Places before this one were searched. */
  #searched = 0;

  /** `needle` holds one byte a character. */
  constructor(bytes: Buffer, needle: string) {
    this.#bytes = bytes;
    this.#needle = needle;
    this.#length = needle.length;
  }

  /** The first place from `from` on and before `to` where it begins, or -1. `from` never goes back. */
  within(from: number, to: number): number {
    if (this.#found < from) this.#search(from, to);
    return this.#found >= from && this.#found < to ? this.#found : -1;
  }

  #search(from: number, to: number): void {
    const start = Math.max(from, this.#searched);
    if (start >= to) return;
    const at = this.#bytes.subarray(start, to + this.#length - 1).indexOf(this.#needle, 0, 'latin1');
    this.#found = at === -1 ? -1 : start + at;
    this.#searched = at === -1 ? to : start + at + 1;
  }
}
