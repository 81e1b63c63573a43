import { z } from 'zod';
import { configSchema } from './schema.ts';

/** A place in the configuration: keys and list positions. */
export type KeyPath = readonly (string | number)[];

/** What the schema has at a place. A map takes any key. */
export type Shape =
  | { readonly kind: 'object'; readonly keys: readonly string[] }
  | { readonly kind: 'map' | 'list' | 'value' };

/** What stands at `path` of the schema; null where the schema has no such place. */
export function shapeAt(path: KeyPath): Shape | null {
  let schema: z.ZodType | null = configSchema;
  for (const key of path) {
    schema = schema === null ? null : childOf(bare(schema), key);
  }
  return schema === null ? null : shapeOf(bare(schema));
}

/** `gate.listen[0]` and `policy.domains["example.com"]`, as errors name it. */
export function pathText(path: KeyPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** The schema below its defaults and nulls. */
function bare(schema: z.ZodType): z.ZodType {
  const wraps =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional;
  return wraps ? bare(schema.unwrap() as z.ZodType) : schema;
}

function childOf(schema: z.ZodType, key: string | number): z.ZodType | null {
  if (schema instanceof z.ZodObject) {
    return Object.hasOwn(schema.shape, key) ? (schema.shape[key] as z.ZodType) : null;
  }
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return null;
}

function shapeOf(schema: z.ZodType): Shape {
  if (schema instanceof z.ZodObject) return { kind: 'object', keys: Object.keys(schema.shape) };
  if (schema instanceof z.ZodRecord) return { kind: 'map' };
  return { kind: schema instanceof z.ZodArray ? 'list' : 'value' };
}
