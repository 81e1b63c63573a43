import type { FailureOutcome, FailureReason } from '../detect/finding.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message } from '../message/message.ts';
import type { AmbiguityFacts } from './ambiguity.ts';
import type { AttachmentFacts } from './attachments.ts';
import type { AuthenticationFacts } from './authentication.ts';
import type { HeaderFacts } from './headers.ts';
import type { HtmlFacts } from './html.ts';
import type { LanguageFacts } from './language.ts';
import type { LinkFacts } from './links.ts';
import type { ReputationFacts } from './reputation.ts';
import type { SenderFacts } from './sender.ts';

/** Facts, or the reason why there are none. JSON as it stands: the ledger keeps it and replay reads it. */
export type Outcome<Facts> =
  | { readonly status: 'ok'; readonly facts: Facts }
  | {
      readonly status: 'failed';
      readonly reason: FailureReason;
      readonly detail: string;
      readonly outcome: FailureOutcome;
    };

/** Facts by source. A source reads the mail, the message and the sources listed before it; never a later one. */
export interface FactsBySource {
  readonly authentication: AuthenticationFacts;
  readonly sender: SenderFacts;
  readonly reputation: ReputationFacts;
  readonly headers: HeaderFacts;
  readonly links: LinkFacts;
  readonly html: HtmlFacts;
  readonly attachments: AttachmentFacts;
  readonly language: LanguageFacts;
  readonly ambiguity: AmbiguityFacts;
}

export type SourceName = keyof FactsBySource;

export type Evidence = { readonly [S in SourceName]: Outcome<FactsBySource[S]> };

/** One source of facts: one file. */
export interface EvidenceSource<S extends SourceName> {
  readonly name: S;
  /** What happens when it fails and the configuration does not say otherwise. */
  readonly onFailure: FailureOutcome;
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

/** The facts of an outcome, or null where the source failed or has not run. */
export function factsOf<Facts>(outcome: Outcome<Facts> | undefined): Facts | null {
  return outcome?.status === 'ok' ? outcome.facts : null;
}
