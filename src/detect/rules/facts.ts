import type { SourceName } from '../../evidence/evidence.ts';
import { THEMES } from '../../evidence/language.ts';
import type { StandingFacts } from '../../evidence/reputation.ts';
import type { Message } from '../../message/message.ts';
import { FACT_KINDS, type Kind, type MessageFacts, type Source, STANDING_KINDS } from './fact-kinds.ts';

const NEVER_SEEN: StandingFacts = { messages: 0, badShare: 0, ageDays: 0, known: false };

/**
 * A regular expression of a rule reads at most this much of a text: on the linear-time engine 32 Ki characters cost about
 * half a millisecond, so a hundred expressions stay well under the 250 ms for which one message may hold the event loop.
 */
export const MAX_RULE_TEXT = 32_768;

/** The CEL types: instances of these classes carry the facts. One class per source, so that the checker knows each field. */
export class FactsView {}

type FactsViewClass = new () => FactsView;

export interface CelType {
  readonly name: string;
  readonly ctor: FactsViewClass;
  readonly fields: Readonly<Record<string, string>>;
}

const CEL_TYPE_OF: Readonly<Record<Kind, string>> = {
  number: 'double',
  text: 'string',
  flag: 'bool',
  maybe: 'string',
  texts: 'list<string>',
  themes: 'Themes',
  standing: 'Standing',
};

function celType(name: string, kinds: Readonly<Record<string, Kind>>): CelType {
  const fields = Object.fromEntries(Object.entries(kinds).map(([field, kind]) => [field, CEL_TYPE_OF[kind]]));
  return { name, ctor: class extends FactsView {}, fields };
}

const THEME_KINDS = Object.fromEntries(THEMES.map((theme) => [theme, 'number' as const]));
const THEMES_TYPE = celType('Themes', THEME_KINDS);
const STANDING_TYPE = celType('Standing', { ...STANDING_KINDS });

/** Types that facts consist of; to be registered before SOURCE_TYPES. */
export const PART_TYPES: readonly CelType[] = [THEMES_TYPE, STANDING_TYPE];

/** Type of the variable of each source. */
export const SOURCE_TYPES: ReadonlyMap<Source, CelType> = new Map(
  Object.entries(FACT_KINDS).map(([source, kinds]) => [source as Source, celType(`Facts_${source}`, kinds)]),
);

export function isSource(name: string): name is Source {
  return SOURCE_TYPES.has(name as Source);
}

/** Facts of a source as rules read them. */
export function viewOf(source: SourceName, facts: object): FactsView {
  return fill(SOURCE_TYPES.get(source), FACT_KINDS[source], facts);
}

/** The message as rules read it: texts cut at MAX_RULE_TEXT. */
export function messageView(message: Message): FactsView {
  const facts: MessageFacts = {
    subject: message.subject.slice(0, MAX_RULE_TEXT),
    text: message.visibleText.slice(0, MAX_RULE_TEXT),
    hiddenText: (message.html?.hiddenText ?? '').slice(0, MAX_RULE_TEXT),
    title: (message.html?.title ?? '').slice(0, MAX_RULE_TEXT),
    sizeBytes: message.sizeBytes,
  };
  return fill(SOURCE_TYPES.get('message'), FACT_KINDS.message, facts);
}

function fill(type: CelType | undefined, kinds: Readonly<Record<string, Kind>>, facts: object): FactsView {
  const view: Record<string, unknown> = new (type?.ctor ?? FactsView)() as Record<string, unknown>;
  const values = facts as Readonly<Record<string, unknown>>;
  for (const field in kinds) view[field] = seen(kinds[field], values[field]);
  return view;
}

function seen(kind: Kind | undefined, value: unknown): unknown {
  switch (kind) {
    case 'number':
      return value ?? Number.NaN;
    case 'text':
      return value ?? 'unknown';
    case 'maybe':
      return value === null ? 'unknown' : value ? 'yes' : 'no';
    case 'standing':
      return fill(STANDING_TYPE, STANDING_KINDS as Readonly<Record<string, Kind>>, value ?? NEVER_SEEN);
    case 'themes':
      return fill(THEMES_TYPE, THEME_KINDS, value ?? {});
    default:
      return value;
  }
}
