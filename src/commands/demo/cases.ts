import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { VerdictCategory } from '../../detect/category.ts';
import { CATEGORIES } from '../../detect/category.ts';

const FOLDER = fileURLToPath(new URL('../../../test/cases/demo/', import.meta.url));

const sidecarSchema = z.object({
  title: z.string(),
  envelope: z.object({
    clientIp: z.string(),
    helo: z.string(),
    mailFrom: z.string(),
    rcptTo: z.array(z.string()).min(1),
  }),
  auth: z.object({
    spf: z.object({ result: z.string(), domain: z.string() }).nullable(),
    dkim: z.array(z.object({ result: z.string(), domain: z.string().nullable() })),
    dmarc: z.object({ result: z.string() }).nullable(),
  }),
  expect: z.object({ category: z.enum([...CATEGORIES, 'none']), unwanted: z.boolean() }),
});

type Sidecar = z.infer<typeof sidecarSchema>;

/** One bundled message as the demo sends it. */
export interface DemoCase {
  readonly name: string;
  readonly title: string;
  readonly envelope: Sidecar['envelope'];
  /** With the trace field of the edge before us, and of today. */
  readonly bytes: Buffer;
  readonly expected: VerdictCategory;
}

/** The bundled messages in the order of their names, each as the host `edge` before us would hand it on. */
export function demoCases(edge: string, now: Date): DemoCase[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.eml'.length);
      const sidecar = sidecarSchema.parse(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')));
      const raw = readFileSync(join(FOLDER, file));
      return {
        name,
        title: sidecar.title,
        envelope: sidecar.envelope,
        bytes: Buffer.concat([Buffer.from(resultsField(edge, sidecar.auth)), ofToday(raw, now)]),
        expected: sidecar.expect.category,
      };
    });
}

/** The edge has asked DNS when the mail came; there is none to ask for invented domains. RFC 8601. */
function resultsField(edge: string, { spf, dkim, dmarc }: Sidecar['auth']): string {
  const results = [
    ...(spf === null ? [] : [`spf=${spf.result} smtp.mailfrom=${spf.domain}`]),
    ...dkim.map(({ result, domain }) => `dkim=${result}${domain === null ? '' : ` header.d=${domain}`}`),
    ...(dmarc === null ? [] : [`dmarc=${dmarc.result}`]),
  ];
  return `Authentication-Results: ${edge}; ${results.join(';\r\n\t') || 'none'}\r\n`;
}

/** A message from a fixed day would look older every day. */
function ofToday(raw: Buffer, now: Date): Buffer {
  const date = now.toUTCString().replace('GMT', '+0000');
  return Buffer.from(raw.toString('latin1').replace(/^Date: .*$/m, `Date: ${date}\r`), 'latin1');
}
