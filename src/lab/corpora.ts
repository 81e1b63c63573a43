import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { z } from 'zod';
import { findMail } from '../mail/files.ts';

/** A labelled message of a corpus folder (SOURCE/LABEL/NAME.eml). What is not known is null. */
export interface Labelled {
  /** Relative to the corpora, with `/`. */
  readonly path: string;
  readonly file: string;
  readonly source: string;
  /** `ham`, or the kind of unwanted mail. */
  readonly label: string;
  /** One of CATEGORIES where a person read it. */
  readonly category: string | null;
  readonly year: number | null;
  readonly list: string | null;
  readonly language: string | null;
  /** Messages of one group (a sender, a thread, a shell of HTML) belong on the same side of a split. */
  readonly group: string | null;
}

/** Labels that say whether a message is wanted. Folders with others (malformed, unknown) hold no training mail. */
const LABELS = new Set([
  'ham',
  'spam',
  'scam',
  'phish',
  'malware',
  'bec',
  'invoice_fraud',
  'callback_phishing',
  'credential_phishing',
  'extortion',
]);

/** Sources for robustness tests: messages made odd on purpose teach a model nothing about attacks. */
const NOT_FOR_TRAINING = new Set(['spamassassin_testdata', 'parser_fixtures', 'zkemail_dkim']);

const sidecarSchema = z.object({
  date: z.string().nullish(),
  category: z.string().nullish(),
  list: z.string().nullish(),
  lang: z.string().nullish(),
  group: z.string().nullish(),
});

/**
 * All labelled messages under the folders, by folder and path. `manifest` (tab-separated, with a head line) adds categories that
 * its readers gave. Throws where two folders hold a message of the same path: a row of a dataset is named by it.
 */
export async function labelledMail(corpora: readonly string[], manifest: string | null): Promise<Labelled[]> {
  const read = manifest === null ? new Map<string, string>() : await readCategories(manifest);
  const found: Labelled[] = [];
  const paths = new Set<string>();
  for (const folder of corpora) {
    for (const one of await labelledIn(folder, read)) {
      if (paths.has(one.path)) throw new Error(`${folder}: another folder holds ${one.path}, too`);
      paths.add(one.path);
      found.push(one);
    }
  }
  return found;
}

async function labelledIn(corpora: string, read: ReadonlyMap<string, string>): Promise<Labelled[]> {
  const found: Labelled[] = [];
  for await (const one of findMail([corpora])) {
    if (!('path' in one)) continue;
    const path = relative(corpora, one.path).split(sep).join('/');
    const [source, label, ...rest] = path.split('/');
    if (source === undefined || label === undefined || rest.length !== 1) continue;
    if (!LABELS.has(label) || NOT_FOR_TRAINING.has(source)) continue;
    found.push({ path, file: one.path, source, label, ...(await known(one.path, read.get(path))) });
  }
  return found;
}

async function known(file: string, category: string | undefined) {
  const text = await readFile(file.replace(/\.eml$/, '.json'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    },
  );
  const sidecar = sidecarSchema.parse(JSON.parse(text));
  const year = sidecar.date ? new Date(sidecar.date).getUTCFullYear() : Number.NaN;
  return {
    category: category ?? sidecar.category ?? null,
    year: Number.isNaN(year) ? null : year,
    list: sidecar.list ?? null,
    language: sidecar.lang ?? null,
    group: sidecar.group ?? null,
  };
}

async function readCategories(manifest: string): Promise<Map<string, string>> {
  const [head, ...lines] = (await readFile(manifest, 'utf8')).split('\n');
  const columns = head?.split('\t') ?? [];
  const path = columns.indexOf('path');
  const category = columns.indexOf('category');
  if (path < 0 || category < 0)
    throw new Error(`${manifest}: the first line names no columns path and category`);
  const categories = new Map<string, string>();
  for (const line of lines) {
    const cells = line.split('\t');
    const name = cells[path];
    if (name && cells[category]) categories.set(name, cells[category]);
  }
  return categories;
}
