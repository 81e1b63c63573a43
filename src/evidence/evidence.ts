import type { FailureOutcome, FailureReason, NotRun } from '../detect/finding.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message } from '../message/message.ts';
import type { AmbiguityFacts } from './ambiguity.ts';
import type { AttachmentFacts } from './attachments.ts';
import type { AuthenticationFacts } from './authentication.ts';
import type { ClamdFacts } from './clamd.ts';
import type { DnsListsFacts } from './dns-lists.ts';
import type { FootprintFacts } from './footprint.ts';
import type { HeaderFacts } from './headers.ts';
import type { HtmlFacts } from './html.ts';
import type { LanguageFacts } from './language.ts';
import type { LinkFacts } from './links.ts';
import type { ReputationFacts } from './reputation.ts';
import type { SenderFacts } from './sender.ts';

/** Facts, or the reason why there are none. JSON as it stands: the ledger keeps it and replay reads it. */
export type Outcome<Facts> =
  | {
      readonly status: 'ok';
      readonly facts: Facts;
      /** Part of it could not be had (some DNS questions, say): the facts say which, and the policy for failures holds. */
      readonly shortfall?: Failure;
    }
  | ({ readonly status: 'failed' } & Failure);

export interface Failure {
  readonly reason: FailureReason;
  readonly detail: string;
  readonly outcome: FailureOutcome;
}

/** Facts by source. A source reads the mail, the message and the sources listed before it; never a later one. */
export interface FactsBySource {
  readonly authentication: AuthenticationFacts;
  readonly sender: SenderFacts;
  readonly headers: HeaderFacts;
  readonly links: LinkFacts;
  readonly html: HtmlFacts;
  readonly attachments: AttachmentFacts;
  readonly language: LanguageFacts;
  readonly footprint: FootprintFacts;
  readonly reputation: ReputationFacts;
  readonly ambiguity: AmbiguityFacts;
  readonly dnsLists: DnsListsFacts;
  readonly clamd: ClamdFacts;
}

export type SourceName = keyof FactsBySource;

export type Evidence = { readonly [S in SourceName]: Outcome<FactsBySource[S]> };

/** One source of facts: one file. */
export interface EvidenceSource<S extends SourceName> {
  readonly name: S;
  /** What happens when it fails and the configuration does not say otherwise. */
  readonly onFailure: FailureOutcome;
  /** What is missing in facts that were gathered; null where nothing is. */
  shortfall?(facts: FactsBySource[S]): Omit<Failure, 'outcome'> | null;
  /** Facts about the message; throws EvidenceFailure (or anything, which counts as `error`) where they cannot be had. */
  gather(
    mail: Mail,
    message: Message,
    before: Partial<Evidence>,
  ): FactsBySource[S] | Promise<FactsBySource[S]>;
}

/** A source could not give its facts, for a named reason. */
export class EvidenceFailure extends Error {
  override readonly name = 'EvidenceFailure';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.reason = reason;
  }
}

/** Every source that failed, in whole or in part, as `evidence:<source>`. */
export function failuresOf(evidence: Evidence): NotRun[] {
  return (Object.keys(evidence) as SourceName[]).flatMap((source) => {
    const outcome = evidence[source];
    const failure = outcome.status === 'failed' ? outcome : outcome.shortfall;
    if (failure === undefined) return [];
    const { reason, detail, outcome: wanted } = failure;
    return [{ what: `evidence:${source}`, reason, detail, outcome: wanted }];
  });
}

/** The facts of an outcome, or null where the source failed or has not run. */
export function factsOf<Facts>(outcome: Outcome<Facts> | undefined): Facts | null {
  return outcome?.status === 'ok' ? outcome.facts : null;
}
