export interface SenderFacts {
  readonly fromAddress: string;
  readonly fromDomain: string;
  /** Registrable domain of From. */
  readonly fromOrganization: string;
  readonly fromName: string;
  readonly fromCount: number;
  /** The display name holds an address, and it is not the one that follows. */
  readonly nameHoldsOtherAddress: boolean;
  /** The display name has a domain or brand of the lists in it that does not fit the address. */
  readonly nameClaimsBrand: string;
  /** The display name is that of a protected person, and the address is none of theirs. */
  readonly nameOfPerson: string;
  readonly freemail: boolean;
  readonly disposable: boolean;
  readonly replyToDiffers: boolean;
  readonly replyToFreemail: boolean;
  readonly replyToDomain: string;
  readonly returnPathDiffers: boolean;
  readonly nullSender: boolean;
  /** Domain of ours, a partner's or a brand's that the From domain looks like; '' for none. */
  readonly lookalikeOf: string;
  readonly punycode: boolean;
  readonly suspiciousTld: boolean;
  /** Characters of the local part that are digits, 0 to 1. */
  readonly localPartDigits: number;
  /** From is in one of our own domains. */
  readonly fromOwnDomain: boolean;
  /** A recipient of the envelope is the From address. */
  readonly fromIsRecipient: boolean;
}
