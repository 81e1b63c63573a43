import type { DecisionRecord } from '../../src/ledger/record.ts';
import { Random } from '../company/random.ts';
import { FIRST_WAVE, wave } from './campaign.ts';
import { posternOk } from './command.ts';
import { decisionsOn, isMissed } from './decisions.ts';
import { type Ending, stopTheCampaign } from './ending.ts';
import { findGap, placeOf, type Tried, tryActive } from './lab.ts';
import type { StoryLetter } from './letter.ts';
import { ordinaryMail } from './ordinary.ts';
import { post } from './post.ts';
import { whileRunning } from './promotion.ts';
import { byCommand, byHttp, byMailbox, feedbackOn } from './reports.ts';
import { openSetting } from './setting.ts';
import { addInShadow, ruleOf, type SiteRule } from './site-rule.ts';
import { NEARLY_ALL, type Stage, WAVE } from './stage.ts';
import { expect, type Step, Teller } from './teller.ts';

export interface StoryOptions {
  /** Empty folder; all that the story leaves behind is in it. */
  readonly directory: string;
  readonly seed: number;
  readonly tell: (step: Step) => void;
}

/** What the whole story came to. */
export interface Outcome extends Ending {
  readonly ordinary: number;
  readonly ordinaryHeld: number;
  readonly firstWave: number;
  readonly firstWaveMissed: number;
  readonly group: string;
  readonly gapsSeconds: number;
  readonly rule: string;
  readonly when: string;
  /** The proposal weighs too little to decide beside the model, so a person gave the rule an action. */
  readonly strengthened: boolean;
  readonly replayed: number;
  readonly replayCaught: number;
  readonly replayBroken: number;
  readonly replayDecisionsPerSecond: number;
  readonly steps: readonly Step[];
}

const ORDINARY = 150;

/** The lab's loop on real components. Throws StoryBroken at the step that did not come out. */
export async function tellStory({ directory, seed, tell }: StoryOptions): Promise<Outcome> {
  const teller = new Teller(tell);
  const ordinary = ordinaryMail(seed);
  const setting = await teller.step(
    'a gate with the shipped model and rules',
    () => openSetting(directory),
    ({ gate }) => `process ${gate.pid} takes mail on port ${gate.port}`,
  );
  try {
    const stage: Stage = { setting, teller, ordinary, random: new Random(seed).fork('campaign') };
    const everyday = await everydayMail(stage);
    const first = await firstWave(stage);
    const reported = await threeReports(stage, first.decisions);
    const gap = await teller.step(
      'postern gaps',
      () => findGap(setting, reported),
      ({ name, size, when, alike }) => `a group of ${size} and ${alike} like it (${name}); proposes: ${when}`,
    );
    const { rule, tried, strengthened } = await ruleInShadow(stage, gap.proposal, first, everyday);
    const broken = everyday.decisions.filter(({ id }) => tried.changed.has(id));
    const ending = await stopTheCampaign(stage, rule);
    return {
      ordinary: everyday.letters.length,
      ordinaryHeld: everyday.held,
      firstWave: first.letters.length,
      firstWaveMissed: first.decisions.filter(isMissed).length,
      group: gap.name,
      gapsSeconds: gap.seconds,
      rule: rule.id,
      when: rule.when,
      strengthened,
      replayed: tried.replayed,
      replayCaught: first.decisions.filter(({ id }) => tried.changed.has(id)).length,
      replayBroken: broken.length,
      replayDecisionsPerSecond: tried.decisionsPerSecond,
      ...ending,
      steps: teller.steps,
    };
  } finally {
    await setting.close();
  }
}

interface Arrived {
  readonly letters: readonly StoryLetter[];
  readonly decisions: readonly DecisionRecord[];
}

/** A morning of the firm; what is held wrongly, the administrator releases and says so. */
async function everydayMail({ setting, teller, ordinary }: Stage): Promise<Arrived & { held: number }> {
  const letters = await ordinary.take(ORDINARY, Date.now());
  return teller.step(
    'ordinary mail',
    async () => {
      await post(setting.gate.port, letters);
      const decisions = await decisionsOn(setting.ledger, letters);
      const held = (await setting.gate.held()).map(({ id }) => id);
      if (held.length > 0)
        await posternOk(placeOf(setting), 'quarantine', 'release', ...held, '--wrong', '--json');
      return { letters, decisions, held: held.length };
    },
    ({ held }) => `${letters.length} messages, ${held} held and released as wanted`,
  );
}

async function firstWave({ setting, teller, ordinary, random }: Stage): Promise<Arrived> {
  return teller.step(
    'the first wave',
    async () => {
      const letters = wave(random, FIRST_WAVE, ordinary.cast.own.people, WAVE, Date.now());
      await post(setting.gate.port, letters);
      const decisions = await decisionsOn(setting.ledger, letters);
      const missed = decisions.filter(isMissed).length;
      expect(missed >= NEARLY_ALL * WAVE, `only ${missed} of ${WAVE} were missed: no story`);
      return { letters, decisions };
    },
    ({ decisions }) => `${decisions.filter(isMissed).length} of ${WAVE} missed`,
  );
}

/** Gives the ids of what was reported. */
async function threeReports({ setting, teller }: Stage, wave: readonly DecisionRecord[]): Promise<string[]> {
  const [one, two, three] = wave.filter(isMissed).filter((_, place) => place % 6 === 1);
  return teller.step(
    'three people report it',
    async () => {
      expect(one !== undefined && two !== undefined && three !== undefined, 'too few to report');
      await byCommand(setting, one);
      await byMailbox(setting, two);
      await byHttp(setting, three);
      const said = await feedbackOn(setting.ledger, [one, two, three]);
      const surfaces = said.map(({ surface }) => surface).toSorted();
      expect(surfaces.join() === 'cli,http,mailbox', `reports came by ${surfaces.join()}`);
      return [one.id, two.id, three.id];
    },
    () => 'by postern feedback, by the mailbox for abuse, and over HTTP; all three are in the ledger',
  );
}

/** The rule as proposed; where replay shows that it would decide nothing, with an action. Then it runs in shadow. */
async function ruleInShadow(
  { setting, teller }: Stage,
  proposal: string,
  first: Arrived,
  everyday: Arrived,
): Promise<{ rule: SiteRule; tried: Tried; strengthened: boolean }> {
  const among = (arrived: Arrived, { changed }: Tried) =>
    arrived.decisions.filter(({ id }) => changed.has(id)).length;
  const words = (tried: Tried) =>
    `would have caught ${among(first, tried)} of ${WAVE} and changed ${among(everyday, tried)} of ${ORDINARY} ordinary ones (${tried.replayed} of ${tried.decisions} replayed)`;
  let rule = ruleOf(proposal);
  let tried = await teller.step('postern replay', () => tryActive(setting, rule), words);
  const strengthened = among(first, tried) < NEARLY_ALL * WAVE;
  if (strengthened) {
    rule = { ...rule, action: 'quarantine' };
    const again = async () => {
      const result = await tryActive(setting, rule);
      expect(among(first, result) >= NEARLY_ALL * WAVE, words(result));
      return result;
    };
    tried = await teller.step('postern replay, with action quarantine', again, words);
  }
  await teller.step(
    'the rule in shadow',
    async () => {
      const [match] = first.letters;
      const noMatch = everyday.letters.find(({ raw }) => raw.includes('text/calendar'));
      expect(match !== undefined && noMatch !== undefined, 'no message to test the rule with');
      await whileRunning(setting, () => addInShadow(setting, rule, match, noMatch));
    },
    () => `${rule.id} passes its tests and runs, without a restart`,
  );
  return { rule, tried, strengthened };
}
