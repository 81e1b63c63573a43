/** Between two lines of progress: often enough to see that it goes on. */
const EVERY_MS = 2_000;

/** Tells a person at a terminal how far long work has come. Nobody else: logs and pipes get nothing. */
export class Progress {
  readonly #what: string;
  #toldAt = performance.now();
  #isShown = false;

  constructor(what: string) {
    this.#what = what;
  }

  at(count: number): void {
    if (!process.stderr.isTTY || performance.now() - this.#toldAt < EVERY_MS) return;
    this.#toldAt = performance.now();
    this.#isShown = true;
    process.stderr.write(`\r${this.#what}: ${count}`);
  }

  end(): void {
    if (this.#isShown) process.stderr.write('\n');
  }
}
