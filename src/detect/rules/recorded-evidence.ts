import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { EvidenceSources } from '../../evidence/gather.ts';
import { NEVER_SEEN } from '../../evidence/reputation/standing.ts';
import { type ReputationFacts, UNREMEMBERED } from '../../evidence/reputation.ts';
import { FACT_KINDS } from './fact-kinds.ts';

const texts = z.array(z.string()).default([]);

const standing = z
  .strictObject({
    messages: z.number().nonnegative().default(0),
    badShare: z.number().min(0).max(1).default(0),
    ageDays: z.number().nonnegative().default(0),
  })
  .transform((known) => ({ ...NEVER_SEEN, ...known, known: known.messages > 0 }));

const OF_KIND = { flag: z.boolean(), number: z.number(), standing } as const;

/** What a memory says of the sender; the rest as of somebody never seen. */
const reputation = z
  .strictObject(
    Object.fromEntries(
      Object.entries(FACT_KINDS.reputation).map(([fact, kind]) => [
        fact,
        kind in OF_KIND ? OF_KIND[kind as keyof typeof OF_KIND].optional() : z.never(),
      ]),
    ),
  )
  .transform((facts) => ({ ...UNREMEMBERED, remembers: true, ...facts }) as ReputationFacts);

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
      reputation: reputation.optional(),
    })
    .default({}),
});

/**
 * The sources, but with what the sidecar of a test message records under `evidence` in place of lists in DNS, clamd and the memory.
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
  const { dnsLists, clamd, reputation: remembered } = parsed.data.evidence;
  const recorded = { ...sources.sources };
  if (dnsLists !== undefined) recorded.dnsLists = { ...recorded.dnsLists, gather: () => dnsLists };
  if (clamd !== undefined) recorded.clamd = { ...recorded.clamd, gather: () => clamd };
  if (remembered !== undefined) recorded.reputation = { ...recorded.reputation, gather: () => remembered };
  return { ...sources, sources: recorded };
}
