export interface HeaderFacts {
  readonly receivedCount: number;
  readonly messageIdPresent: boolean;
  /** Domain after the @ of the Message-ID. */
  readonly messageIdDomain: string;
  readonly messageIdMatchesFrom: boolean;
  readonly datePresent: boolean;
  /** Hours from Date to reception; null where either is unknown. */
  readonly dateSkewHours: number | null;
  readonly subjectPresent: boolean;
  readonly subjectClaimsReply: boolean;
  /** Re: or Fwd: without In-Reply-To or References. */
  readonly fakeReply: boolean;
  readonly listUnsubscribe: boolean;
  readonly oneClickUnsubscribe: boolean;
  readonly listId: boolean;
  readonly bulk: boolean;
  readonly autoSubmitted: boolean;
  readonly recipientInTo: boolean;
  readonly toCount: number;
  readonly undisclosedRecipients: boolean;
  /** Characters outside ASCII in the subject, share 0 to 1. */
  readonly subjectNonAscii: number;
  readonly subjectUpperShare: number;
  readonly duplicateSingletons: number;
  readonly received50: boolean;
}
