/** What people write about, each with what one asks and what the other answers. */
export const TOPICS = [
  'meeting',
  'delivery',
  'offer',
  'project',
  'complaint',
  'contract',
  'payment',
  'question',
] as const;

export type Topic = (typeof TOPICS)[number];

/** Phrases of one language. `{first}`, `{amount}` and such are put in by compose.ts. */
export interface Phrases {
  readonly greetings: readonly string[];
  readonly openers: readonly string[];
  readonly topics: Readonly<Record<Topic, TopicPhrases>>;
  /** May follow anything. */
  readonly asides: readonly string[];
  readonly closings: readonly string[];
  readonly partings: readonly string[];
  /** Put before a quoted message. */
  readonly quoteHead: readonly string[];
  readonly invoice: {
    readonly subjects: readonly string[];
    readonly texts: readonly string[];
    readonly terms: readonly string[];
    readonly bankHead: readonly string[];
  };
  readonly reminder: readonly string[];
  readonly bankMoved: readonly string[];
  readonly firstContact: { readonly subjects: readonly string[]; readonly texts: readonly string[] };
  readonly urgent: { readonly subjects: readonly string[]; readonly texts: readonly string[] };
  readonly colleague: readonly string[];
  readonly privateMailbox: readonly string[];
  readonly privately: { readonly subjects: readonly string[]; readonly texts: readonly string[] };
  readonly news: {
    readonly subjects: readonly string[];
    readonly texts: readonly string[];
    readonly leave: string;
  };
  readonly receipt: { readonly subjects: readonly string[]; readonly texts: readonly string[] };
  readonly list: { readonly subjects: readonly string[]; readonly texts: readonly string[] };
  readonly ownBank: readonly string[];
}

export interface TopicPhrases {
  readonly subjects: readonly string[];
  readonly asks: readonly string[];
  readonly answers: readonly string[];
}
