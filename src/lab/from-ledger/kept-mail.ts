import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { fileContent } from '../../mail/content.ts';
import { findMail } from '../../mail/files.ts';
import { isMailId } from '../../mail/id.ts';
import type { Content } from '../../mail/mail.ts';

/** Raw mail of decisions. */
export interface KeptMail {
  /** Files that belong to a decision. */
  readonly files: number;
  /** Files in the folders that say of no decision. */
  readonly unnamed: number;
  of(decision: string): Promise<Content | null>;
}

const caseSchema = z.object({ decisionId: z.string().nullable() });

/**
 * Finds raw mail under the folders: the quarantine names a file by its decision, a case says in the JSON beside the mail whose it is.
 * Of several, the quarantine's is taken: it has the bytes as they came.
 */
export async function findKeptMail(folders: readonly string[]): Promise<KeptMail> {
  const held = new Map<string, string>();
  const reported = new Map<string, string>();
  let unnamed = 0;
  for await (const source of findMail(folders)) {
    if (!('path' in source)) continue;
    const ofCase = await decisionOfCase(source.path);
    const name = basename(source.path, '.eml');
    if (ofCase !== null) reported.set(ofCase, source.path);
    else if (isMailId(name)) held.set(name, source.path);
    else unnamed += 1;
  }
  return {
    files: held.size + reported.size,
    unnamed,
    async of(decision) {
      const path = held.get(decision) ?? reported.get(decision);
      return path === undefined ? null : fileContent(path, (await stat(path)).size);
    },
  };
}

/** Null where there is no JSON beside it, or that is none of a case. */
async function decisionOfCase(path: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(path.replace(/\.eml$/, '.json'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const parsed = caseSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data.decisionId : null;
}
