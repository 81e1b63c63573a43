import type { Cast } from './cast.ts';
import type { Change } from './changes.ts';
import { atWork, DAYS, JUDGED_FROM, START } from './clock.ts';
import type { Conversations, Turn } from './conversations.ts';
import type { Letter } from './letter.ts';
import type { Random } from './random.ts';
import type { Scene, Theme } from './scenes.ts';
import * as scenes from './scenes.ts';
import type { AttackKind, Planned } from './story.ts';

interface Way {
  readonly kind: AttackKind;
  readonly way: string;
  readonly count: number;
  readonly themes: readonly Theme[];
  stage(scene: Scene, theme: Theme): Letter;
}
const DAY_MS = 86_400_000;
/** Forty in the last two months, spread over its days of work. */
export function attacks(
  random: Random,
  cast: Cast,
  changes: readonly Change[],
  { turns }: Conversations,
): Planned[] {
  const planned: Planned[] = [];
  for (const way of WAYS) {
    for (let place = 0; place < way.count; place++) {
      const own = random.fork(`${way.way} ${place}`);
      const day = own.between(Math.ceil((JUDGED_FROM - START) / DAY_MS), DAYS - 3);
      const at = atWork(own, START + day * DAY_MS + (7 + own.next() * 10) * 3_600_000, 1);
      const turn = turnBefore(own, turns, at, way.way);
      const letter = way.stage({ random: own, at, cast, changes, turn }, own.pick(way.themes));
      planned.push({ kind: 'inbound', story: 'attack', attack: { kind: way.kind, way: way.way }, letter });
    }
  }
  return planned;
}

/** A correspondence of the weeks before, rather a lively one; for invoices that of a vendor. */
function turnBefore(random: Random, turns: readonly Turn[], at: number, way: string): Turn {
  const vendors = way.includes('bank details') || way.includes('looks like');
  const recent = turns.filter(
    (turn) =>
      turn.at < at - DAY_MS &&
      turn.at > at - 40 * DAY_MS &&
      (!vendors || turn.relation.organization.billing !== null),
  );
  const turn = random.pick(recent);
  return recent.findLast(({ relation }) => relation === turn.relation) ?? turn;
}

const WAYS: readonly Way[] = [
  {
    kind: 'bec',
    way: 'name of our director, free mailbox',
    count: 5,
    themes: ['presence', 'transfer', 'vouchers'],
    stage: scenes.directorsName,
  },
  {
    kind: 'bec',
    way: 'name of a partner, free mailbox',
    count: 5,
    themes: ['ledger', 'presence', 'newAccount'],
    stage: scenes.partnersName,
  },
  {
    kind: 'invoice_fraud',
    way: 'domain that looks like a vendor’s',
    count: 8,
    themes: ['newAccount', 'newAccount', 'ledger'],
    stage: scenes.lookalike,
  },
  {
    kind: 'account_takeover',
    way: 'taken account, other network, program and Reply-To',
    count: 4,
    themes: ['newAccount', 'ledger', 'transfer'],
    stage: scenes.takenFromAfar,
  },
  {
    kind: 'account_takeover',
    way: 'taken account, other program',
    count: 4,
    themes: ['newAccount', 'ledger', 'presence'],
    stage: scenes.takenInTheCloud,
  },
  {
    kind: 'invoice_fraud',
    way: 'taken account, nothing new but the bank details',
    count: 3,
    themes: ['newAccount'],
    stage: scenes.takenFromWithin,
  },
  {
    kind: 'account_takeover',
    way: 'taken private mailbox',
    count: 2,
    themes: ['friend'],
    stage: scenes.takenFriend,
  },
  {
    kind: 'invoice_fraud',
    way: 'vendor forged, answers elsewhere, new bank details',
    count: 3,
    themes: ['newAccount'],
    stage: scenes.forgedVendor,
  },
  {
    kind: 'bec',
    way: 'new domain of nobody we know',
    count: 4,
    themes: ['secret', 'transfer'],
    stage: scenes.newDomain,
  },
  { kind: 'bec', way: 'name of an employee, salary', count: 2, themes: ['salary'], stage: scenes.salary },
];
