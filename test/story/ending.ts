import type { DecisionRecord } from '../../src/ledger/record.ts';
import { FIRST_WAVE, NEXT_WAVE, wave } from './campaign.ts';
import { closeCases } from './cases.ts';
import { posternOk } from './command.ts';
import { decisionsOn, isMissed } from './decisions.ts';
import { type MissRate, missRate } from './figures.ts';
import { placeOf } from './lab.ts';
import type { StoryLetter } from './letter.ts';
import { post } from './post.ts';
import { promote } from './promotion.ts';
import { REPORTED_AS } from './reports.ts';
import type { SiteRule } from './site-rule.ts';
import { NEARLY_ALL, type Stage, WAVE } from './stage.ts';
import { expect } from './teller.ts';

/** What came of the rule once it decided. */
export interface Ending {
  /** By `postern report`, among labelled mail: before the rule was active, and since. */
  readonly missRateBefore: number;
  readonly missRateAfter: number;
  readonly canary: number;
  readonly canaryCaught: number;
  readonly nextWave: number;
  readonly nextWaveCaught: number;
  /** Ordinary messages that came while the rule was a canary or active, and how many of them it had treated as unwanted. */
  readonly ordinarySince: number;
  readonly falsePositivesAdded: number;
  readonly casesClosed: number;
}

const CANARY = 10;
const ORDINARY_SINCE = 50;

/** Shadow, canary, active; the next wave; the report; the cases. */
export async function stopTheCampaign(stage: Stage, rule: SiteRule): Promise<Ending> {
  const { setting, teller, ordinary } = stage;
  const canary = await asCanary(stage, rule);
  const active = await whenActive(stage, rule);
  const letters = await ordinary.take(ORDINARY_SINCE, Date.now());
  const added = await teller.step(
    'ordinary mail again',
    async () => {
      const wrong = (await arrive(stage, letters)).filter((one) => isByRule(one, rule));
      expect(wrong.length === 0, `the rule had ${wrong.length} ordinary messages treated as unwanted`);
      return wrong.length;
    },
    (wrong) => `${letters.length} messages, ${wrong} of them touched by the rule`,
  );
  await teller.step(
    'the administrator looks through the quarantine',
    () =>
      posternOk(
        placeOf(setting),
        ...['feedback', ...active.held, '--is', REPORTED_AS, '--actor', 'administrator', '--json'],
      ),
    () => `says of ${active.held.length} that they are what the rule says`,
  );
  const [before, after] = await report(stage, active.since);
  const casesClosed = await teller.step(
    'the cases',
    () => closeCases(setting, rule.id),
    (closed) => `${closed} judged again, fixed by ${rule.id}, closed`,
  );
  return {
    missRateBefore: before.rate,
    missRateAfter: after.rate,
    canary: CANARY,
    canaryCaught: canary,
    nextWave: WAVE,
    nextWaveCaught: active.caught,
    ordinarySince: letters.length,
    falsePositivesAdded: added,
    casesClosed,
  };
}

async function asCanary(stage: Stage, rule: SiteRule): Promise<number> {
  const { setting, teller, ordinary, random } = stage;
  await teller.step(
    'canary:50%',
    () => promote(setting, rule.id, 'canary:50%', 'catches the reported group, breaks nothing in replay'),
    () => 'postern promote, taken over by the running gate',
  );
  return teller.step(
    'more of the first wave',
    async () => {
      const letters = wave(random, FIRST_WAVE, ordinary.cast.own.people, CANARY, Date.now());
      const caught = (await arrive(stage, letters)).filter((one) => isByRule(one, rule)).length;
      expect(caught > 0 && caught < CANARY, `the canary caught ${caught} of ${CANARY}: no share of it`);
      return caught;
    },
    (caught) => `${caught} of ${CANARY} caught, the rest seen in shadow`,
  );
}

interface Active {
  readonly since: Date;
  readonly caught: number;
  readonly held: readonly string[];
}

async function whenActive(stage: Stage, rule: SiteRule): Promise<Active> {
  const { setting, teller, ordinary, random } = stage;
  await teller.step(
    'active',
    () => promote(setting, rule.id, 'active', 'half of the mail for a while, no false positive'),
    () => 'postern promote, taken over by the running gate',
  );
  const since = new Date();
  return teller.step(
    'the next wave',
    async () => {
      const letters = wave(random, NEXT_WAVE, ordinary.cast.own.people, WAVE, Date.now());
      const held = (await arrive(stage, letters)).filter(
        (one) => one.verdict === 'quarantine' && isByRule(one, rule),
      );
      expect(held.length >= NEARLY_ALL * WAVE, `${held.length} of ${WAVE} were held`);
      return { since, caught: held.length, held: held.map(({ id }) => id) };
    },
    ({ caught }) => `${caught} of ${WAVE} held by the rule, from domains that nobody reported`,
  );
}

async function report({ setting, teller }: Stage, since: Date): Promise<readonly [MissRate, MissRate]> {
  const moment = since.toISOString();
  return teller.step(
    'postern report',
    async () => {
      const before = await missRate(setting, ['--until', moment]);
      const after = await missRate(setting, ['--since', moment]);
      expect(after.rate < before.rate, `the miss rate went from ${before.rate} to ${after.rate}`);
      return [before, after] as const;
    },
    ([before, after]) =>
      `missed of labelled unwanted mail: ${before.missed} of ${before.labelled} before, ${after.missed} of ${after.labelled} since`,
  );
}

async function arrive(
  { setting }: Stage,
  letters: readonly StoryLetter[],
): Promise<readonly DecisionRecord[]> {
  await post(setting.gate.port, letters);
  return decisionsOn(setting.ledger, letters);
}

/** Treated as unwanted, and the rule had a part in it. */
function isByRule(decision: DecisionRecord, { id }: SiteRule): boolean {
  const detector = `rule:${id}`;
  return (
    !isMissed(decision) &&
    decision.findings.some((finding) => finding.detector === detector && finding.status === 'active')
  );
}
