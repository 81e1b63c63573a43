import type { z } from 'zod';
import { HIDDEN, isSecretName, shownWithoutSecrets } from '../observe/secrets.ts';
import type { Problem } from './error.ts';
import { nearest } from './nearest.ts';
import { type KeyPath, pathText, shapeAt } from './shape.ts';

/** A value is shown so far; a wrong one may be a whole file pasted in. */
const MAX_SHOWN_CHARACTERS = 60;

/** What the schema found, as mistakes with words for people. */
export function schemaMistakes(values: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    if (issue.code !== 'unrecognized_keys') return [{ path, message: valueMessage(values, path, issue) }];
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(path, key) }));
  });
}

function unknownKey(parent: KeyPath, key: string): string {
  const shape = shapeAt(parent);
  const near = shape?.kind === 'object' ? nearest(key, shape.keys) : null;
  return near === null ? 'unknown key' : `unknown key, did you mean ${pathText([...parent, near])}?`;
}

function valueMessage(values: unknown, path: KeyPath, issue: z.core.$ZodIssue): string {
  const given = valueAt(values, path);
  if (given === undefined) return `missing, expected ${expected(issue, path)}`;
  const isSecret = path.some((key) => typeof key === 'string' && isSecretName(key));
  return `expected ${expected(issue, path)}, got ${isSecret ? HIDDEN : shown(given)}`;
}

function expected(issue: z.core.$ZodIssue, path: KeyPath): string {
  switch (issue.code) {
    case 'invalid_type':
      return shapeAt(path)?.kind === 'object' ? 'keys below it' : kindText(issue.expected);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'array') return `at least ${issue.minimum} of them`;
      if (issue.origin === 'string') return 'a text that is not empty';
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
    default:
      // Formats of our schema say in their message what is expected.
      return issue.message;
  }
}

function kindText(kind: string): string {
  switch (kind) {
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    default:
      return kind;
  }
}

function valueAt(values: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    values,
  );
}

function shown(value: unknown): string {
  const text = shownWithoutSecrets(value);
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
