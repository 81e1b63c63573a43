/** What we remember of one key at the moment of the message; decayed counts (half-life in the configuration). */
export interface StandingFacts {
  readonly messages: number;
  /** Share of the messages that were held, refused or reported, 0 to 1. */
  readonly badShare: number;
  /** Days since first seen; 0 for a key never seen. */
  readonly ageDays: number;
  readonly known: boolean;
}

export interface ReputationFacts {
  /** Registrable From domain where it is authenticated; null where it is not: only authenticated identities earn trust. */
  readonly authenticatedDomain: StandingFacts | null;
  readonly domain: StandingFacts;
  readonly address: StandingFacts;
  /** /24 or /48 of the client; null where the address is unknown. */
  readonly network: StandingFacts | null;
  /** False where there is no memory at all (`postern score` without --memory). */
  readonly remembers: boolean;
}
