import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { ConfigError } from './error.ts';
import type { KeyPath } from './shape.ts';

/** A configuration file as written. */
export interface Source {
  readonly values: unknown;
  /** Line, from 1, of the key at `path` or of the nearest place above that was written; 1 where none was. */
  lineOf(path: KeyPath): number;
}

/** Reads YAML: of the file, or the `text` that is to be its content. Throws ConfigError with a line per mistake of syntax, doubled keys included. */
export function readSource(file: string, text: string = readText(file)): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    throw new ConfigError(
      problems.map(({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: ${firstLine(message)}`),
    );
  }
  return {
    values: valuesOf(file, document),
    lineOf: (path) => lineOf(document.contents, path, (offset) => lines.linePos(offset).line),
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new ConfigError([`${file}: ${isMissing ? 'no such file' : describe(error)}`], { cause: error });
  }
}

function valuesOf(file: string, document: Document): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    // Aliases without an anchor, or too many of them.
    throw new ConfigError([`${file}:1: ${describe(error)}`], { cause: error });
  }
}

function lineOf(contents: Node | null, path: KeyPath, lineAt: (offset: number) => number): number {
  let node: unknown = contents;
  let line = 1;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === null) break;
    if (child.offset !== null) line = lineAt(child.offset);
    node = child.node;
  }
  return line;
}

function childOf(node: unknown, key: string | number): { node: unknown; offset: number | null } | null {
  if (isSeq(node)) {
    const item = typeof key === 'number' ? node.items[key] : undefined;
    return item === undefined ? null : { node: item, offset: offsetOf(item) };
  }
  if (!isMap(node)) return null;
  const pair = node.items.find(({ key: name }) => isScalar(name) && String(name.value) === String(key));
  return pair === undefined ? null : { node: pair.value, offset: offsetOf(pair.key) };
}

function offsetOf(node: unknown): number | null {
  return isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? null) : null;
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}

function describe(error: unknown): string {
  return error instanceof Error ? firstLine(error.message) : String(error);
}
