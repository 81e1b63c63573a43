import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CATEGORIES, type VerdictCategory } from '../../detect/category.ts';
import { inspect } from '../../inspect.ts';
import { findMail, type MailSource, readMail } from '../../mail/files.ts';
import { parse } from '../../message/parse.ts';
import type { OpenInstruments } from '../../service/instruments.ts';
import { isHeld, type Specimen, textOf } from './specimen.ts';

/** What a file is, unless its sidecar knows better. */
export type Label = 'unwanted' | 'wanted' | 'unknown' | 'by folder';

export interface JudgedFiles {
  readonly specimens: readonly Specimen[];
  readonly found: number;
  /** Files that could not be read, and why. */
  readonly failed: readonly { readonly path: string; readonly error: string }[];
}

const sidecarSchema = z.object({
  category: z
    .enum([...CATEGORIES, 'none'])
    .nullish()
    .catch(null),
});

/** Judges at most `most` of the messages of a folder, evenly taken, by the detectors of the instruments. */
export async function judgeFiles(
  folder: string,
  label: Label,
  most: number,
  instruments: OpenInstruments,
): Promise<JudgedFiles> {
  const all = await Array.fromAsync(findMail([folder]));
  const step = Math.max(1, all.length / most);
  const taken = Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * step)]);
  const specimens: Specimen[] = [];
  const failed: { path: string; error: string }[] = [];
  for (const source of taken) {
    if (source === undefined) continue;
    try {
      specimens.push(await judged(source, label, instruments));
    } catch (error) {
      failed.push({ path: source.label, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return { specimens, found: all.length, failed };
}

async function judged(source: MailSource, label: Label, instruments: OpenInstruments): Promise<Specimen> {
  const { mail, dated } = await readMail(source);
  const message = await parse(mail.content, instruments.budgets);
  const decision = await inspect(mail, instruments);
  const { assessment, evidence, features, subject, reasons, verdict } = decision;
  return {
    id: source.label,
    at: dated ? mail.receivedAt.toISOString() : null,
    said: await saidOf(source, label, { verdict, category: assessment.category }),
    category: assessment.category,
    score: assessment.score,
    findings: assessment.findings,
    notRun: assessment.notRun,
    text: textOf(subject, message, evidence, reasons),
    ...{ evidence, features, subject, verdict, message },
  };
}

async function saidOf(
  source: MailSource,
  label: Label,
  found: Pick<Specimen, 'verdict' | 'category'>,
): Promise<VerdictCategory | null> {
  if (label === 'unknown') return null;
  const unwanted = label === 'by folder' ? !/[/\\]ham[/\\]/.test(source.label) : label === 'unwanted';
  if (!unwanted) return 'none';
  const category = await categoryOf(source);
  if (category !== null && category !== 'none') return category;
  return isHeld(found) && found.category !== 'none' ? found.category : 'spam';
}

async function categoryOf(source: MailSource): Promise<VerdictCategory | null> {
  if (!('path' in source)) return null;
  const sidecar = source.path.replace(/\.eml$/, '.json');
  if (sidecar === source.path || !existsSync(sidecar)) return null;
  return sidecarSchema.parse(JSON.parse(await readFile(sidecar, 'utf8'))).category ?? null;
}
