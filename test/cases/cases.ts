import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const RESULTS = ['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror', 'policy'] as const;
const result = z.enum(RESULTS);

const sidecarSchema = z.strictObject({
  title: z.string().min(1),
  date: z.iso.datetime(),
  envelope: z.strictObject({
    clientIp: z.union([z.ipv4(), z.ipv6()]),
    helo: z.string().min(1),
    mailFrom: z.string(),
    rcptTo: z.array(z.string().includes('@')).min(1),
  }),
  auth: z.strictObject({
    spf: z.strictObject({ result, domain: z.string() }).nullable(),
    dkim: z.array(z.strictObject({ result, domain: z.string().nullable() })),
    dmarc: z.strictObject({ result, policy: z.enum(['none', 'quarantine', 'reject']).nullable() }),
  }),
  expect: z.strictObject({
    category: z.enum([
      'credential_phishing',
      'bec',
      'invoice_fraud',
      'callback_phishing',
      'extortion',
      'scam',
      'malware',
      'spam',
      'none',
    ]),
    unwanted: z.boolean(),
  }),
});

export type CaseSidecar = z.infer<typeof sidecarSchema>;

/** A bundled message: its bytes, and what is known and expected of it. */
export interface Case {
  readonly name: string;
  readonly raw: Buffer;
  readonly sidecar: CaseSidecar;
}

export const DEMO_CASES = join(import.meta.dirname, 'demo');

/** The cases of a folder in the order of their names. Throws on a sidecar that is missing or not of the schema. */
export function readCases(directory: string = DEMO_CASES): Case[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.eml'.length);
      const sidecar = sidecarSchema.parse(JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8')));
      return { name, raw: readFileSync(join(directory, file)), sidecar };
    });
}
