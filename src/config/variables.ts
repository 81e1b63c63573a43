import { parse } from 'yaml';
import { nearest } from './nearest.ts';
import { type KeyPath, pathText, shapeAt } from './shape.ts';

const PREFIX = 'POSTERN_';
const BETWEEN_LEVELS = '__';

/** A value of the configuration that a variable of the environment gives. */
export interface Override {
  readonly variable: string;
  readonly path: KeyPath;
  readonly value: unknown;
}

export interface Overrides {
  readonly overrides: readonly Override[];
  /** One line per variable that names no key. */
  readonly mistakes: readonly string[];
}

/**
 * `POSTERN_` variables: `__` stands between the levels, and each level is a key without regard to case and `_`, so
 * `POSTERN_GATE__NEXT_HOP__HOST` is gate.nextHop.host. The value is YAML (`25`, `true`, `null`, `[a, b]`). Variables
 * without `__` are not for the configuration.
 */
export function readOverrides(env: Readonly<Record<string, string | undefined>>): Overrides {
  const overrides: Override[] = [];
  const mistakes: string[] = [];
  for (const [variable, text] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (text === undefined || !variable.startsWith(PREFIX) || !variable.includes(BETWEEN_LEVELS)) continue;
    const found = keyPath(variable.slice(PREFIX.length).split(BETWEEN_LEVELS));
    if ('mistake' in found) mistakes.push(`${variable}: ${found.mistake}`);
    else overrides.push({ variable, path: found.path, value: readValue(text) });
  }
  return { overrides, mistakes };
}

/** `values` with the overrides set; what is not on their way is shared. */
export function withOverrides(values: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((result, { path, value }) => withValue(result, path, value), values);
}

function keyPath(levels: readonly string[]): { path: string[] } | { mistake: string } {
  const path: string[] = [];
  for (const level of levels) {
    const shape = shapeAt(path);
    if (shape?.kind !== 'object')
      return { mistake: `${pathText(path)}: has no keys that a variable can name` };
    const key = shape.keys.find((candidate) => candidate.toLowerCase() === plain(level));
    if (key === undefined) return { mistake: unknownLevel(path, level, shape.keys) };
    path.push(key);
  }
  return { path };
}

function unknownLevel(path: readonly string[], level: string, keys: readonly string[]): string {
  const near = nearest(plain(level), keys);
  const hint = near === null ? '' : `, did you mean ${pathText([...path, near])}?`;
  return `${pathText([...path, plain(level)])}: unknown key${hint}`;
}

function plain(level: string): string {
  return level.replaceAll('_', '').toLowerCase();
}

function readValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Not YAML (`*`, `@x`, a lone bracket): the schema judges the text as it is.
    return text;
  }
}

function withValue(values: unknown, path: KeyPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const object = typeof values === 'object' && values !== null && !Array.isArray(values) ? values : {};
  const inner = Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
  return { ...object, [key]: withValue(inner, rest, value) };
}
