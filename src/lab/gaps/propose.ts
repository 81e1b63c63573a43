import { createHash } from 'node:crypto';
import type { Category, VerdictCategory } from '../../detect/category.ts';
import type { RuleSet } from '../../detect/rules/rule-set.ts';
import { type Interval, share } from '../evaluate/interval.ts';
import { type Bits, bitsAt } from './bits.ts';
import { conditionsFor, costOf } from './conditions.ts';
import { judgeConditions } from './engine.ts';
import { type Conjunction, LEAST_SUPPORT, mine } from './mine.ts';
import { proposedRule, refuseBroken } from './rule-text.ts';
import { type GapKind, isHeld, isUnwanted, type Specimen } from './specimen.ts';

/** What a rule did on messages that it was not chosen on. */
export interface OnHeldOut {
  /** Messages of the group, and how many of them were hit. */
  readonly of: number;
  readonly hits: number;
  /** Messages hit that must not be. */
  readonly wrong: number;
  /** Of these, messages of which nobody said anything: they may be gaps that nobody reported. */
  readonly wrongUnsaid: readonly string[];
  /** Messages that must not be hit. */
  readonly others: number;
  /** Further messages hit that we judge right already. */
  readonly known: number;
  /** Messages like the group of which nobody said anything, and how many of them are hit: in no other figure here. */
  readonly alike: { readonly of: number; readonly hits: number };
  readonly precision: Interval | null;
  /** The same where each hit of `alike` is taken for a mistake: the truth lies between. */
  readonly precisionAtWorst: Interval | null;
  readonly recall: Interval | null;
}

export interface OnCorpora {
  readonly unwanted: number;
  readonly ham: number;
  readonly unwantedHits: number;
  readonly hamHits: number;
  readonly precision: Interval | null;
  readonly recall: Interval | null;
}

export interface RuleProposal {
  readonly id: string;
  readonly when: string;
  readonly conditions: readonly string[];
  /** Other rules that hit the very same messages. */
  readonly same: readonly string[];
  /** On the half of the group, and of everything else, that it was chosen on: flatters. */
  readonly learnt: { readonly hits: number; readonly of: number; readonly wrong: number };
  readonly heldOut: OnHeldOut;
  /** Null where no labelled mail was given. */
  readonly corpora: OnCorpora | null;
  /** Ready to paste into a file of rules, in shadow. */
  readonly yaml: string;
}

export interface ProposeInput {
  readonly kind: GapKind;
  readonly category: VerdictCategory;
  readonly members: readonly Specimen[];
  /** Everything else but `alike`, gaps of other groups too. */
  readonly rest: readonly Specimen[];
  /** Likely more of the same that nobody reported: to hit them is no mistake, and of equal rules the one that does is better. */
  readonly alike: readonly Specimen[];
  readonly corpora: readonly Specimen[];
  readonly rules: Pick<RuleSet, 'predicates'>;
}

/** More say the same in other words. */
const MOST_PROPOSALS = 3;

/** Of the best on the learning half, so many are measured: some hit nothing of what came later. */
const MOST_TRIED = 20;

/** A person may know that another of them is what matters. */
const SHOWN_SAME = 5;

/** IDs of messages that may be unreported: enough to look at. */
const SHOWN_IDS = 20;

/** A rule that speaks for a sender must ask that somebody vouches for him: whatever else is in a message, the sender chose. */
const VOUCHED = new Set([
  'authenticated',
  'earned',
  'established',
  'solicited',
  'authentication.dmarc == "pass"',
  'authentication.dkimAligned',
  'authentication.spfAligned',
]);

/**
 * Rules for a group, best first: chosen on the earlier half of the group and every second other message, measured on the rest.
 * None where no conjunction holds for half of the group and for more of it than of what it must not hit, or none hits the rest of it.
 */
export function propose(input: ProposeInput): RuleProposal[] {
  const members = byTime(input.members);
  const all = [...members, ...input.rest, ...input.corpora, ...input.alike];
  const learning = Math.ceil(members.length / 2);
  const conditions = supportedConditions(members.slice(0, learning), all, input.rules);
  const holds = judgeConditions(conditions, input.rules.predicates, all);
  const places = placesOf(members.length, learning, input);
  const vouched = new Set(conditions.flatMap((one, i) => (VOUCHED.has(one) ? [i] : [])));
  const found = mine({
    conditions: holds,
    wanted: bitsAt(all.length, places.learnt),
    others: bitsAt(all.length, places.learntOthers),
    alike: bitsAt(all.length, places.alike),
    wantedCount: learning,
    costs: conditions.map(costOf),
    oneOf: input.kind === 'miss' ? null : vouched,
  });
  return distinct(found)
    .map((alike) => proposalOf(alike, conditions, all, places, input))
    .filter(({ heldOut }) => heldOut.of === 0 || heldOut.hits > 0)
    .slice(0, MOST_PROPOSALS);
}

/** Conditions that hold for enough of the group; the others need not be judged on everything else. */
function supportedConditions(
  group: readonly Specimen[],
  all: readonly Specimen[],
  rules: Pick<RuleSet, 'predicates'>,
): string[] {
  const withText = all.every(({ message }) => message !== null);
  const conditions = conditionsFor(group, rules, withText);
  const holds = judgeConditions(conditions, rules.predicates, group);
  const everywhere = bitsAt(group.length, group.keys());
  return conditions.filter((_, i) => (holds[i]?.countWith(everywhere) ?? 0) >= LEAST_SUPPORT * group.length);
}

interface Places {
  readonly learnt: readonly number[];
  readonly learntOthers: readonly number[];
  readonly held: readonly number[];
  readonly heldOthers: readonly number[];
  readonly known: readonly number[];
  readonly corpora: readonly number[];
  readonly alike: readonly number[];
}

function placesOf(size: number, learning: number, { kind, rest, corpora, alike }: ProposeInput): Places {
  const own = Array.from({ length: size }, (_, i) => i);
  const rule = (one: Specimen) => isUnwanted(one) === (kind === 'falsePositive');
  const others = rest.flatMap((one, i) => (rule(one) ? [size + i] : []));
  return {
    learnt: own.slice(0, learning),
    held: own.slice(learning),
    learntOthers: others.filter((_, i) => i % 2 === 0),
    heldOthers: others.filter((_, i) => i % 2 === 1),
    known: rest.flatMap((one, i) => (!rule(one) && isHeld(one) === isUnwanted(one) ? [size + i] : [])),
    corpora: corpora.map((_, i) => size + rest.length + i),
    alike: alike.map((_, i) => size + rest.length + corpora.length + i),
  };
}

/** By the messages that they hit, best first, at most MOST_TRIED. Chance is not proposed: what hits more others than of the group. */
function distinct(found: readonly Conjunction[]): (readonly [Conjunction, ...Conjunction[]])[] {
  const byHits = Map.groupBy(
    found.filter(({ hits, wrong }) => wrong <= hits),
    ({ holds }) => holds.key,
  );
  return [...byHits.values()]
    .slice(0, MOST_TRIED)
    .flatMap(([first, ...rest]) => (first ? [[first, ...rest]] : []));
}

function proposalOf(
  [{ parts, holds, hits, wrong }, ...others]: readonly [Conjunction, ...Conjunction[]],
  conditions: readonly string[],
  all: readonly Specimen[],
  places: Places,
  input: ProposeInput,
): RuleProposal {
  const own = parts.map((part) => conditions[part] ?? '');
  const when = own.join(' && ');
  const same = others
    .slice(0, SHOWN_SAME)
    .map((one) => one.parts.map((part) => conditions[part]).join(' && '));
  const category: Category = input.category === 'none' ? 'spam' : input.category;
  const id = `gap_${category}_${createHash('sha256').update(when).digest('hex').slice(0, 6)}`;
  const heldOut = onHeldOut(holds, all, places);
  const corpora = places.corpora.length === 0 ? null : onCorpora(holds, all, places, input.kind);
  const yaml = proposedRule({ id, category, when, kind: input.kind, heldOut });
  refuseBroken(yaml, input.rules.predicates);
  const learnt = { hits, of: places.learnt.length, wrong };
  return { id, when, conditions: own, same, learnt, heldOut, corpora, yaml };
}

function onHeldOut(holds: Bits, all: readonly Specimen[], places: Places): OnHeldOut {
  const hits = count(holds, places.held);
  const alikeHits = count(holds, places.alike);
  const wrongPlaces = places.heldOthers.filter((place) => holds.has(place));
  const wrongUnsaid = wrongPlaces.flatMap((place) => {
    const one = all[place];
    return one?.said === null ? [one.id] : [];
  });
  return {
    of: places.held.length,
    hits,
    wrong: wrongPlaces.length,
    wrongUnsaid: wrongUnsaid.slice(0, SHOWN_IDS),
    others: places.heldOthers.length,
    known: count(holds, places.known),
    alike: { of: places.alike.length, hits: alikeHits },
    precision: share(hits, hits + wrongPlaces.length),
    precisionAtWorst: share(hits, hits + wrongPlaces.length + alikeHits),
    recall: share(hits, places.held.length),
  };
}

function onCorpora(holds: Bits, all: readonly Specimen[], { corpora }: Places, kind: GapKind): OnCorpora {
  const unwanted = corpora.filter((place) => all[place]?.said !== 'none');
  const ham = corpora.filter((place) => all[place]?.said === 'none');
  const [unwantedHits, hamHits] = [count(holds, unwanted), count(holds, ham)];
  const [right, of] = kind === 'miss' ? [unwantedHits, unwanted.length] : [hamHits, ham.length];
  return {
    unwanted: unwanted.length,
    ham: ham.length,
    unwantedHits,
    hamHits,
    precision: share(right, unwantedHits + hamHits),
    recall: share(right, of),
  };
}

function count(holds: Bits, places: readonly number[]): number {
  return places.filter((place) => holds.has(place)).length;
}

/** Messages without a time come first, by id. */
function byTime(members: readonly Specimen[]): Specimen[] {
  const key = ({ at, id }: Specimen) => `${at ?? ''} ${id}`;
  return members.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
