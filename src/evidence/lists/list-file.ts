import { readFileSync } from 'node:fs';
import { Mistake } from '../../mistake.ts';

/** One line of a list that says something, and where it stands for error messages. */
export interface ListLine {
  readonly text: string;
  /** `path:line`. */
  readonly at: string;
}

/** A list cannot be used. The message names file and line. */
export class ListError extends Mistake {
  override readonly name = 'ListError';
}

/** Lines of a list without comments ("#" at the start, or after a space) and empty lines. Throws ListError. */
export function readList(path: string): ListLine[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ListError(`${path}: cannot be read`, { cause });
  }
  return content
    .split('\n')
    .map((line, index) => ({ text: line.replace(/(^|\s)#.*$/, '').trim(), at: `${path}:${index + 1}` }))
    .filter((line) => line.text !== '');
}

const HOST = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/;

/** A host or domain as a list holds it: lower case, ASCII, at least one dot. Throws ListError. */
export function hostOf(text: string, at: string): string {
  const host = text.toLowerCase();
  if (!HOST.test(host)) throw new ListError(`${at}: ${JSON.stringify(text)} is not a domain`);
  return host;
}
