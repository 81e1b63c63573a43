import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { EvidenceSources } from '../../evidence/gather.ts';

const texts = z.array(z.string()).default([]);

/** What others would be asked for: no test may depend on them. All else is read from the message itself. */
const sidecarSchema = z.object({
  evidence: z
    .strictObject({
      dnsLists: z
        .strictObject({ clientZones: texts, fromZones: texts, linkDomains: texts })
        .transform((facts) => ({ ...facts, hits: [], asked: 1, unanswered: 0, trouble: '' }))
        .optional(),
      clamd: z
        .strictObject({ signature: z.string().default('') })
        .transform(({ signature }) => ({ asked: true, infected: signature !== '', signature, whole: true }))
        .optional(),
    })
    .default({}),
});

/**
 * The sources, but with what the sidecar of a test message records under `evidence` in place of lists in DNS and clamd.
 * Throws where the sidecar cannot be read.
 */
export async function withRecordedEvidence(sources: EvidenceSources, path: string): Promise<EvidenceSources> {
  const sidecar = path.replace(/\.eml$/, '.json');
  if (!existsSync(sidecar)) return sources;
  const json: unknown = JSON.parse(await readFile(sidecar, 'utf8'));
  const parsed = sidecarSchema.safeParse(json);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw new Error(`${sidecar}: ${first?.path.join('.')}: ${first?.message}`);
  }
  const { dnsLists, clamd } = parsed.data.evidence;
  const recorded = { ...sources.sources };
  if (dnsLists !== undefined) recorded.dnsLists = { ...recorded.dnsLists, gather: () => dnsLists };
  if (clamd !== undefined) recorded.clamd = { ...recorded.clamd, gather: () => clamd };
  return { ...sources, sources: recorded };
}
