/** What happens to a message. */
export const VERDICTS = ['accept', 'tag', 'quarantine', 'reject', 'defer'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** One verdict for some of the recipients of a message. */
export interface Fate {
  readonly verdict: Verdict;
  readonly recipients: readonly string[];
  /** Which part of the policy decided: `default`, `domain:example.com`, `allow:…`, `block:…`, `failure:…`, `rule:…`. */
  readonly policy: string;
}
