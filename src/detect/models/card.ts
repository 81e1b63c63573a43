import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GRAMS } from './grams.ts';

/** A model folder cannot be used; the message says why in words for the operator. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

const fileSchema = z.object({
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What serving needs of card.json. The rest of a card is for people. */
const cardSchema = z.object({
  format: z.literal(1),
  name: z.string().min(1),
  version: z.string().min(1),
  schemaHash: z.string(),
  grams: z.object({ version: z.number(), buckets: z.number() }),
  features: z.array(z.string()),
  files: z.object({ 'text.onnx': fileSchema, 'trees.onnx': fileSchema, 'trees.json': fileSchema }),
  /** What the trees add to: this times the logit of the text. */
  textSlope: z.number().nonnegative(),
  calibration: z.object({ a: z.number().positive(), b: z.number() }),
  /** From the strangeness `from` on, the score moves toward `centre`, by the share `slope` for each 1, `least` of the way staying. */
  unfamiliar: z.object({
    from: z.number(),
    slope: z.number().nonnegative(),
    least: z.number().min(0).max(1),
    centre: z.number(),
  }),
  /** How rules count beside the model. */
  fusion: z.object({ rules: z.number().min(0).max(1), most: z.number().nonnegative() }).optional(),
});

export type Card = z.infer<typeof cardSchema>;

/** The card of a model folder. Throws ModelError where it is missing or is no card. */
export async function readCard(folder: string): Promise<Card> {
  const path = join(folder, 'card.json');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ModelError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const parsed = cardSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ModelError(`${path}: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Throws ModelError where the model was made for other features or other grams than the ones that serving measures. */
export function checkFits(card: Card, folder: string, schemaHash: string): void {
  if (card.schemaHash !== schemaHash) {
    throw new ModelError(
      `${folder}: the model was made for feature schema ${card.schemaHash}, this version measures ${schemaHash}; train it again`,
    );
  }
  if (card.grams.version !== GRAMS.version || card.grams.buckets !== GRAMS.buckets) {
    throw new ModelError(
      `${folder}: the model reads grams version ${card.grams.version} with ${card.grams.buckets} buckets, this version writes version ${GRAMS.version} with ${GRAMS.buckets}`,
    );
  }
}

/** The bytes of a model's file. Throws ModelError where they are not those that the card names. */
export async function readModelFile(folder: string, card: Card, name: keyof Card['files']): Promise<Buffer> {
  const path = join(folder, name);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ModelError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const expected = card.files[name];
  if (bytes.length !== expected.bytes) {
    throw new ModelError(
      `${path}: has ${bytes.length} bytes, the card says ${expected.bytes}: cut short or changed`,
    );
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== expected.sha256)
    throw new ModelError(`${path}: has hash ${sha256}, the card says ${expected.sha256}`);
  return bytes;
}
