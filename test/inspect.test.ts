import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import type { Decision } from '../src/decision.ts';
import { logitOf, sigmoid } from '../src/detect/assess.ts';
import { CATEGORIES } from '../src/detect/category.ts';
import type { Model, ModelOpinion } from '../src/detect/model.ts';
import { inspect } from '../src/inspect.ts';
import { findMail, readMail } from '../src/mail/files.ts';
import type { Mail } from '../src/mail/mail.ts';
import { type OpenInstruments, openInstruments } from '../src/service/instruments.ts';
import { LEFT_OUT, type StepName, Steps } from '../src/steps.ts';

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
  expect(Object.keys(stageSeconds).filter((stage) => !stage.startsWith('model:'))).toEqual([
    'parse',
    'gather',
    'measure',
    'assess',
  ]);
  return { ...decision, features: [...decision.features] };
}

describe('inspect, with the shipped configuration', () => {
  it('X1 judges the same bytes and recorded evidence the same, alone or beside others', async () => {
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

describe('inspect, with steps left out', () => {
  const html = 'test/cases/demo/01-password-expiry.eml';
  const judged = async (...leftOut: StepName[]) => {
    for await (const source of findMail([join(ROOT, html)])) {
      const { mail } = await readMail(source);
      return inspect(mail, instruments, new Steps(null, { leftOut: new Set(leftOut) }));
    }
    throw new Error('no mail');
  };

  it.each(['second-view', 'html', 'attachments', 'qr'] as const)(
    'F6 judges without parse:%s, says so, and wants what failures.message wants',
    async (part) => {
      const { assessment, verdict } = await judged(`parse:${part}`);
      expect(assessment.notRun[0]).toEqual({
        what: `message:${part}`,
        reason: 'error',
        detail: LEFT_OUT,
        outcome: 'tag',
      });
      expect(verdict).not.toBe('accept');
    },
  );

  it('F6 reads nothing in a way that was left out', async () => {
    expect((await judged()).evidence.html).toMatchObject({ facts: { present: true } });
    expect((await judged('parse:html')).evidence.html).toMatchObject({ facts: { present: false } });
  });

  it('F6 judges without sources of evidence: outcome of their own key, else of failures.message', async () => {
    const { evidence, assessment } = await judged('evidence:links', 'evidence:clamd');
    for (const source of ['links', 'clamd'] as const)
      expect(evidence[source]).toEqual({
        status: 'failed',
        reason: 'error',
        detail: LEFT_OUT,
        outcome: 'tag',
      });
    expect(assessment.notRun.map(({ what }) => what)).toContain('evidence:links');
  });

  it('F6 judges without the model and without the rules, by failures.model and failures.rules', async () => {
    const { assessment } = await judged('model', 'rules');
    expect(assessment).toMatchObject({ model: null, findings: [] });
    expect(assessment.notRun).toEqual([
      {
        what: expect.stringMatching(/^model:postern-1@/),
        reason: 'error',
        detail: LEFT_OUT,
        outcome: 'open',
      },
      { what: 'rules', reason: 'error', detail: LEFT_OUT, outcome: 'open' },
    ]);
  });

  it('takes every step once, and judges as without them', async () => {
    const taken: (StepName | null)[] = [];
    for await (const source of findMail([join(ROOT, html)])) {
      const { mail } = await readMail(source);
      const onStep = (step: StepName | null) => taken.push(step);
      const decision = await inspect(mail, instruments, new Steps(null, { onStep }));
      expect(judgement(decision)).toEqual(judgement(await inspect(mail, instruments)));
    }
    expect(taken.at(-1)).toBeNull();
    const steps = new Set(taken.filter((step) => step !== null));
    expect([...steps].filter((step) => !step.startsWith('evidence:'))).toEqual(
      expect.arrayContaining([
        'parse',
        'parse:second-view',
        'parse:html',
        'parse:attachments',
        'measure',
        'model',
        'rules',
        'decide',
      ]),
    );
    expect([...steps].filter((step) => step.startsWith('evidence:'))).toHaveLength(
      Object.keys(instruments.sources.sources).length,
    );
  });
});

describe('X2 F5 a model', () => {
  const judgedBy = async (judge: Model['judge']) => {
    const model: Model = { id: 'broken@1', judge, close: async () => undefined };
    const detectors = { ...instruments.detectors, model, modelFailure: 'tag' as const };
    const decisions = await Promise.all(
      mails.slice(-3).map((mail) => inspect(mail, { ...instruments, detectors })),
    );
    return decisions.map(({ verdict, assessment }) => ({ verdict, assessment }));
  };
  const opinion = (number: number): ModelOpinion => ({
    bias: number,
    findings: [],
    categories: Object.fromEntries(
      CATEGORIES.map((category) => [category, 1 / 8]),
    ) as ModelOpinion['categories'],
  });

  it.each([
    ['throws', () => Promise.reject(new Error('the run failed')), 'the run failed'],
    ['gives NaN', async () => opinion(Number.NaN), 'not finite'],
    ['gives Infinity', async () => opinion(Number.POSITIVE_INFINITY), 'not finite'],
    ['gives -Infinity', async () => opinion(Number.NEGATIVE_INFINITY), 'not finite'],
  ] as const)('that %s has no opinion, never a pass', async (_, judge, detail) => {
    for (const { verdict, assessment } of await judgedBy(judge)) {
      expect(assessment.model).toBeNull();
      expect(Number.isFinite(assessment.score)).toBe(true);
      expect(assessment.notRun).toContainEqual({
        what: 'model:broken@1',
        reason: 'error',
        detail: expect.stringContaining(detail),
        outcome: 'tag',
      });
      expect(verdict).not.toBe('accept');
    }
  });
});
