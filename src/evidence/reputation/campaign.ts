import type { ReputationKey } from '../../reputation/key.ts';
import type { FootprintFacts } from '../footprint.ts';
import type { Standings } from './relation.ts';

/** How many recipients got the like within the last minutes, those of this message included; earlier ones halve within the burst half-life. */
export interface CampaignFacts {
  readonly senderRecipients: number;
  /** The link, and the file, that most got; 0 without. */
  readonly linkRecipients: number;
  readonly fileRecipients: number;
  /** Domains of links that were never seen here. */
  readonly newLinkDomains: number;
}

/** `recipients`: of this message, which the memory learns only after the verdict. */
export function campaignOf(
  footprint: FootprintFacts,
  standings: Standings,
  recipients: number,
): CampaignFacts {
  const soFar = (key: ReputationKey | null) =>
    key === null ? 0 : recipients + (standings.get(key)?.recent ?? 0);
  const most = (keys: readonly ReputationKey[]) => Math.max(0, ...keys.map(soFar));
  return {
    senderRecipients: soFar(footprint.authenticatedAddress ?? footprint.address),
    linkRecipients: most(footprint.links),
    fileRecipients: most(footprint.files),
    newLinkDomains: footprint.links.filter((key) => !standings.has(key)).length,
  };
}
