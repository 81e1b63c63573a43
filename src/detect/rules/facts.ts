import { THEMES } from '../../evidence/language.ts';
import { NEVER_SEEN } from '../../evidence/reputation/standing.ts';
import type { Message } from '../../message/message.ts';
import { FACT_KINDS, type Kind, type MessageFacts, type Source, STANDING_KINDS } from './fact-kinds.ts';

/**
 * Rules read at most this much of a text: 99 in 100 messages are shorter. With MAX_PROGRAM of pattern.ts it bounds one
 * regular expression on the worst text to about 200 ms; on ordinary text it costs less than half a millisecond.
 */
export const MAX_RULE_TEXT = 20_000;

/**
 * Facts as CEL sees them. One class per source, so that the checker knows each field; each field is a getter, so that a
 * message costs only what its rules ask.
 */
export interface FactsView {
  readonly [field: string]: unknown;
}

type FactsViewClass = new (facts: object) => FactsView;

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

type Facts = Readonly<Record<string, unknown>>;

function celType(name: string, kinds: Readonly<Record<string, Kind>>): CelType {
  class View {
    readonly facts: Facts;
    constructor(facts: object) {
      this.facts = facts as Facts;
    }
  }
  for (const [field, kind] of Object.entries(kinds)) {
    Object.defineProperty(View.prototype, field, {
      get(this: View) {
        return seen(kind, this.facts[field]);
      },
    });
  }
  const fields = Object.fromEntries(Object.entries(kinds).map(([field, kind]) => [field, CEL_TYPE_OF[kind]]));
  return { name, ctor: View as unknown as FactsViewClass, fields };
}

const THEME_KINDS = Object.fromEntries(THEMES.map((theme) => [theme, 'number' as const]));
const THEMES_TYPE = celType('Themes', THEME_KINDS);
const STANDING_TYPE = celType('Standing', { ...STANDING_KINDS });

/** Types that facts consist of; to be registered before SOURCE_TYPES. */
export const PART_TYPES: readonly CelType[] = [THEMES_TYPE, STANDING_TYPE];

function sourceType<S extends Source>(source: S): CelType {
  return celType(`Facts_${source}`, FACT_KINDS[source]);
}

const TYPES: { readonly [S in Source]: CelType } = {
  message: sourceType('message'),
  authentication: sourceType('authentication'),
  sender: sourceType('sender'),
  reputation: sourceType('reputation'),
  headers: sourceType('headers'),
  links: sourceType('links'),
  html: sourceType('html'),
  attachments: sourceType('attachments'),
  language: sourceType('language'),
  ambiguity: sourceType('ambiguity'),
  dnsLists: sourceType('dnsLists'),
  clamd: sourceType('clamd'),
};

/** Type of the variable of each source. */
export const SOURCE_TYPES: ReadonlyMap<string, CelType> = new Map(Object.entries(TYPES));

export function isSource(name: string): name is Source {
  return SOURCE_TYPES.has(name);
}

/** Facts of a source as rules read them. */
export function viewOf(source: Source, facts: object): FactsView {
  return new TYPES[source].ctor(facts);
}

/** What rules read of a message. */
export type RuleMessage = Pick<
  Message,
  'subject' | 'visibleText' | 'html' | 'sizeBytes' | 'messageId' | 'from'
>;

/** The message as rules read it: texts cut at MAX_RULE_TEXT, and taken only when a rule asks for them. */
export function messageView(message: RuleMessage): FactsView {
  const facts: MessageFacts = {
    subject: message.subject.slice(0, MAX_RULE_TEXT),
    get text() {
      return message.visibleText.slice(0, MAX_RULE_TEXT);
    },
    get hiddenText() {
      return (message.html?.hiddenText ?? '').slice(0, MAX_RULE_TEXT);
    },
    get title() {
      return (message.html?.title ?? '').slice(0, MAX_RULE_TEXT);
    },
    sizeBytes: message.sizeBytes,
  };
  return new TYPES.message.ctor(facts);
}

function seen(kind: Kind, value: unknown): unknown {
  switch (kind) {
    case 'number':
      return value ?? Number.NaN;
    case 'text':
      return value ?? 'unknown';
    case 'maybe':
      return value === null ? 'unknown' : value ? 'yes' : 'no';
    case 'standing':
      return new STANDING_TYPE.ctor(value ?? NEVER_SEEN);
    case 'themes':
      return new THEMES_TYPE.ctor(value ?? {});
    default:
      return value;
  }
}
