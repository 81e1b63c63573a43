import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../evaluate/read.ts';

const classCounts = { ham: z.number(), unwanted: z.number() };

const probe = z.object({
  /** `legitimate` or `unwanted`. */
  among: z.string(),
  /** Messages by collection. */
  classes: z.record(z.string(), z.number()),
  chance: z.number(),
  allFeatures: z.number(),
  speakingFeatures: z.number(),
  onlyWhatIsMissing: z.number(),
  givingAway: z.array(
    z.object({ feature: z.string(), accuracy: z.number(), missing: z.number(), speaks: z.boolean() }),
  ),
});

const qualitySchema = z.object({
  kept: z.number(),
  duplicates: z.object({
    messages: z.number(),
    exact: z.number(),
    near: z.number(),
    largestCluster: z.number(),
    conflicts: z.number(),
    conflictsBySource: z.record(z.string(), z.number()),
    bySource: z.array(
      z.object({ source: z.string(), messages: z.number(), exact: z.number(), near: z.number() }),
    ),
  }),
  splits: z.array(
    z.object({
      fold: z.string(),
      judgedBefore: z.number(),
      before: z.number(),
      judged: z.number(),
      after: z.number(),
    }),
  ),
  probes: z.array(probe),
  balance: z.object({
    source: z.array(z.object({ value: z.string(), ...classCounts })),
    year: z.array(z.object({ value: z.string(), ...classCounts })),
    language: z.array(z.object({ value: z.string(), ...classCounts })),
  }),
});

/** What quality.py found. */
export type QualityReport = z.infer<typeof qualitySchema>;
export type Probe = QualityReport['probes'][number];

export function readQuality(dataset: string): Promise<QualityReport> {
  return readJson(join(dataset, 'quality.json'), qualitySchema);
}
