import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCases } from '../cases/cases.ts';
import type { Letter } from './send-all.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
/** Archives beside the repository; unpacked once, into a folder that git ignores. */
const ARCHIVES = join(ROOT, '..', 'shared', 'data');
const UNPACKED = join(ROOT, 'var', 'corpora');
/** Real mail of all ages and kinds, the invented, and the malformed. */
const SOURCES = [
  'csdmc2010',
  'hostile',
  'list_ham',
  'listspam',
  'nazario',
  'notmuch_corpora',
  'phishing_pot',
  'sisimai_bounces',
  'spamassassin',
  'synthetic',
];
const ADDRESS = /^[\w.+=-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/**
 * The folder of unpacked corpora: POSTERN_CORPORA, or the archives beside the repository, or null where there are none.
 */
export async function corpora(): Promise<string | null> {
  const given = process.env.POSTERN_CORPORA;
  if (given) return given;
  if (existsSync(UNPACKED)) return UNPACKED;
  if (!existsSync(ARCHIVES)) return null;
  const temporary = `${UNPACKED}.${process.pid}`;
  await mkdir(temporary, { recursive: true });
  for (const source of SOURCES)
    await run('tar', ['xJf', join(ARCHIVES, `${source}.tar.xz`), '-C', temporary]);
  try {
    await rename(temporary, UNPACKED);
  } catch (error) {
    // Another process was faster, and has the same.
    if (!existsSync(UNPACKED)) throw error;
    await rm(temporary, { recursive: true });
  }
  return UNPACKED;
}

/**
 * `count` letters, each for a recipient of its own in `domain`: of the corpora, evenly from all their sources, or of the bundled
 * cases, again and again. Always the same ones. Line ends are CRLF, as a mail server sends them.
 */
export async function letters(count: number, domain: string): Promise<{ from: string; letters: Letter[] }> {
  const directory = await corpora();
  if (directory === null) {
    const cases = readCases();
    return {
      from: 'bundled cases',
      letters: Array.from({ length: count }, (_, index) => {
        const each = cases[index % cases.length];
        if (each === undefined) throw new Error('there are no bundled cases');
        return letter(index, each.sidecar.envelope.mailFrom, each.raw, domain);
      }),
    };
  }
  const chosen = await choose(directory, count);
  const found = chosen.map(async (path, index) => {
    const raw = await readFile(path);
    return letter(index, await envelopeSender(path), withCrlf(raw), domain);
  });
  return { from: 'corpora', letters: await Promise.all(found) };
}

async function choose(directory: string, count: number): Promise<string[]> {
  const bySource: string[][] = [];
  for (const source of (await readdir(directory)).sort()) {
    const files = await readdir(join(directory, source), { recursive: true }).catch(() => []);
    const messages = files.filter((file) => file.endsWith('.eml')).sort();
    if (messages.length > 0) bySource.push(messages.map((file) => join(directory, source, file)));
  }
  const chosen = bySource.flatMap((files, index) => {
    const share =
      Math.floor((count * (index + 1)) / bySource.length) - Math.floor((count * index) / bySource.length);
    const step = Math.max(1, Math.floor(files.length / share));
    return files.filter((_, at) => at % step === 0).slice(0, share);
  });
  // A source may have too few; the largest ones make up for it.
  const rest = bySource.flat().filter((file) => !chosen.includes(file));
  return [...chosen, ...rest.slice(0, count - chosen.length)];
}

function letter(index: number, mailFrom: string, raw: Buffer, domain: string): Letter {
  const id = `m${String(index).padStart(5, '0')}`;
  return { id, mailFrom, recipient: `${id}@${domain}`, raw };
}

/** As the sidecar tells; what no SMTP client may say becomes the null sender. */
async function envelopeSender(path: string): Promise<string> {
  const sidecar = path.replace(/\.eml$/, '.json');
  if (!existsSync(sidecar)) return '';
  const mailFrom: unknown = JSON.parse(await readFile(sidecar, 'utf8')).envelope?.mailFrom;
  return typeof mailFrom === 'string' && ADDRESS.test(mailFrom) ? mailFrom : '';
}

function withCrlf(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
}
