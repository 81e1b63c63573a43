import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import type { Decision } from '../src/decision.ts';
import { logitOf, sigmoid } from '../src/detect/assess.ts';
import { CATEGORIES } from '../src/detect/category.ts';
import { inspect } from '../src/inspect.ts';
import { findMail, readMail } from '../src/mail/files.ts';
import type { Mail } from '../src/mail/mail.ts';
import { type OpenInstruments, openInstruments } from '../src/service/instruments.ts';

const ROOT = join(import.meta.dirname, '..');

let instruments: OpenInstruments;
let mails: Mail[];
beforeAll(async () => {
  const { config } = loadConfig(join(ROOT, 'config/postern.yaml'), {});
  instruments = await openInstruments(config, { reputation: null, resolver: null });
  mails = [];
  for await (const source of findMail([join(ROOT, 'test/cases/demo')])) {
    mails.push((await readMail(source)).mail);
  }
});
afterAll(() => instruments.close());

/** All of a decision but how long it took. */
function judgement({ stageSeconds, ...decision }: Decision): unknown {
  expect(Object.keys(stageSeconds)).toEqual(['parse', 'gather', 'measure', 'assess']);
  return { ...decision, features: [...decision.features] };
}

describe('inspect, with the shipped configuration', () => {
  it('judges the same bytes and recorded evidence the same, alone or beside others', async () => {
    const alone: unknown[] = [];
    for (const mail of mails) alone.push(judgement(await inspect(mail, instruments)));
    const together = await Promise.all(mails.map((mail) => inspect(mail, instruments)));
    expect(together.map(judgement)).toEqual(alone);
  });

  it('explains every score by parts that add up to it', async () => {
    for (const mail of mails) {
      const { assessment } = await inspect(mail, instruments);
      expect(sigmoid(logitOf(assessment.bias, assessment.findings))).toBeCloseTo(assessment.score, 12);
      const shared = CATEGORIES.reduce((sum, category) => sum + assessment.scores[category], 0);
      expect(shared).toBeCloseTo(assessment.score, 12);
      expect(assessment.model).toMatch(/^postern-1@/);
    }
  });

  it('judges on when a source of evidence fails, and says so', async () => {
    const broken = {
      ...instruments.sources,
      sources: {
        ...instruments.sources.sources,
        links: {
          name: 'links' as const,
          onFailure: 'tag' as const,
          gather: () => {
            throw new Error('links are broken');
          },
        },
      },
    };
    for (const mail of mails.slice(-3)) {
      const decision = await inspect(mail, { ...instruments, sources: broken });
      expect(decision.evidence.links).toMatchObject({ status: 'failed', reason: 'error', outcome: 'tag' });
      expect(decision.assessment.notRun).toContainEqual(
        expect.objectContaining({ what: 'evidence:links', detail: 'links are broken' }),
      );
      expect(['tag', 'quarantine']).toContain(decision.verdict);
    }
  });
});
