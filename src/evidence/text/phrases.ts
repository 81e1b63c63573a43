interface Node<Value> {
  readonly next: Map<string, Node<Value>>;
  values: Value[];
}

/** Phrases (rows of words) with something each stands for. One pass over a text costs its words times the longest phrase. */
export class Phrases<Value> {
  readonly #root: Node<Value> = { next: new Map(), values: [] };

  add(words: readonly string[], value: Value): void {
    let node = this.#root;
    for (const word of words) {
      const next = node.next.get(word) ?? { next: new Map(), values: [] };
      node.next.set(word, next);
      node = next;
    }
    if (node !== this.#root) node.values.push(value);
  }

  /** Calls `hit` for each phrase that stands in the words, longer and overlapping ones included, with its place. */
  scan(words: readonly string[], hit: (value: Value, start: number, end: number) => void): void {
    for (let start = 0; start < words.length; start++) {
      let node: Node<Value> | undefined = this.#root;
      for (let end = start; end < words.length; end++) {
        node = node.next.get(words[end] ?? '');
        if (node === undefined) break;
        for (const value of node.values) hit(value, start, end + 1);
      }
    }
  }
}
