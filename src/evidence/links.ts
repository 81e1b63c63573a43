export interface LinkFacts {
  readonly count: number;
  readonly distinctDomains: number;
  readonly distinctHosts: number;
  /** Links whose registrable domain is that of From, share of the links with a host, 0 to 1; null without links. */
  readonly shareOfSender: number | null;
  readonly shareOfAuthenticated: number | null;
  /** Anchor text names one host and the link goes to another organisation. */
  readonly textTargetMismatch: number;
  readonly mismatchExample: string;
  readonly shorteners: number;
  readonly redirectors: number;
  readonly ipHosts: number;
  readonly punycodeHosts: number;
  readonly userinfo: number;
  readonly freeHosting: number;
  readonly fileSharing: number;
  readonly suspiciousTld: number;
  /** A brand's name in a host or path that is not the brand's. */
  readonly brandMisplaced: number;
  readonly brandExample: string;
  readonly nonStandardPort: number;
  readonly maxPathEntropy: number;
  readonly maxHostLabels: number;
  readonly maxUrlLength: number;
  readonly recipientInUrl: boolean;
  readonly plainHttp: number;
  readonly dataOrScript: number;
  readonly mailto: number;
  readonly telephone: number;
  /** Distinct registrable domains of links, at most 32. */
  readonly domains: readonly string[];
}
