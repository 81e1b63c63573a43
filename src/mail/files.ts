import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bufferContent, fileContent } from './content.ts';
import { CLEAN_WIRE, type Content, type Mail, type RecordedAuthentication } from './mail.ts';
import { readMbox } from './mbox.ts';

/** Where one message is: a file of its own, or bytes out of an mbox file. Plain data, so that it can go to a worker. */
export type MailSource =
  | { readonly label: string; readonly path: string }
  | { readonly label: string; readonly bytes: Uint8Array };

/** A message from a file with what its sidecar says of the session. */
export interface StoredMail {
  readonly mail: Mail;
  /** The sidecar said when it came; without it `mail.receivedAt` is the moment of reading. */
  readonly dated: boolean;
}

/** A result alone, or with the domain that it speaks for and the policy that was published. */
const resultSchema = z.union([
  z.string().transform((result) => ({ result, domain: null, policy: null })),
  z.object({
    result: z.string(),
    domain: z
      .string()
      .nullish()
      .transform((domain) => domain ?? null),
    policy: z
      .string()
      .nullish()
      .transform((policy) => policy ?? null),
  }),
]);

const sidecarSchema = z.object({
  date: z.string().nullish(),
  envelope: z
    .object({
      clientIp: z.string().nullish(),
      helo: z.string().nullish(),
      mailFrom: z.string().nullish(),
      rcptTo: z.array(z.string()).nullish(),
    })
    .nullish(),
  auth: z
    .object({
      spf: resultSchema.nullish(),
      dkim: z.union([resultSchema.transform((one) => [one]), z.array(resultSchema)]).nullish(),
      dmarc: resultSchema.nullish(),
    })
    .nullish(),
});

type Sidecar = z.infer<typeof sidecarSchema>;

/** All messages under the paths, in the order given and by name within a folder (recursive). Throws for a path that is not there. */
export async function* findMail(paths: readonly string[]): AsyncGenerator<MailSource> {
  for (const path of paths) {
    const info = await stat(path);
    if (info.isDirectory()) yield* inFolder(path);
    else yield* inFile(path);
  }
}

async function* inFolder(folder: string): AsyncGenerator<MailSource> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* inFolder(path);
    else if (/\.(eml|mbox)$/.test(entry.name)) yield* inFile(path);
  }
}

async function* inFile(path: string): AsyncGenerator<MailSource> {
  if (!(await isMbox(path))) {
    yield { label: path, path };
    return;
  }
  let number = 0;
  for await (const bytes of readMbox(path)) yield { label: `${path}#${number++}`, bytes };
}

/** The message of a source. Throws where the file or its sidecar cannot be read. */
export async function readMail(source: MailSource): Promise<StoredMail> {
  if ('path' in source) return readMailFile(source.path);
  const bytes = Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength);
  return storedMail(bufferContent(bytes), createHash('sha256').update(bytes).digest('hex'), null);
}

/** A file is an mbox when it starts with a separator line; an .eml whose first line is a stray `From ` is still one message. */
async function isMbox(path: string): Promise<boolean> {
  if (path.endsWith('.eml')) return false;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(5), 0, 5, 0);
    return bytesRead === 5 && buffer.toString('latin1') === 'From ';
  } finally {
    await file.close();
  }
}

/** One .eml file with its sidecar, where there is one. */
export async function readMailFile(path: string): Promise<StoredMail> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return storedMail(fileContent(path, size), hash.digest('hex'), await readSidecar(path));
}

async function readSidecar(path: string): Promise<Sidecar | null> {
  const sidecar = path.replace(/\.eml$/, '.json');
  if (sidecar === path) return null;
  let text: string;
  try {
    text = await readFile(sidecar, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${sidecar}: is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = sidecarSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new Error(`${sidecar}: ${first?.path.join('.')}: ${first?.message}`);
}

const MESSAGE_ID_LENGTH = 23;

/** The same bytes have the same id, so that a judgement can be repeated to the byte. */
function storedMail(content: Content, sha256: string, sidecar: Sidecar | null): StoredMail {
  const when = sidecar?.date ? new Date(sidecar.date) : null;
  const dated = when !== null && !Number.isNaN(when.getTime());
  const envelope = sidecar?.envelope;
  return {
    dated,
    mail: {
      id: sha256.slice(0, MESSAGE_ID_LENGTH).toUpperCase(),
      receivedAt: dated ? when : new Date(),
      envelope: {
        clientIp: envelope?.clientIp ?? null,
        clientName: null,
        helo: envelope?.helo ?? null,
        mailFrom: envelope?.mailFrom ?? null,
        rcptTo: envelope?.rcptTo ?? [],
      },
      content,
      wire: CLEAN_WIRE,
      recordedAuthentication: recorded(sidecar),
    },
  };
}

/** A sidecar's `auth` stands for live DNS even where all of it is null: old mail is judged as it would have been then. */
function recorded(sidecar: Sidecar | null): RecordedAuthentication | null {
  const auth = sidecar?.auth;
  if (!auth) return null;
  return { spf: auth.spf ?? null, dkim: auth.dkim ?? null, dmarc: auth.dmarc ?? null };
}
