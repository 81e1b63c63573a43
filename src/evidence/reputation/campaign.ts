import type { ReputationKey } from '../../reputation/key.ts';
import type { FootprintFacts } from '../footprint.ts';
import type { Standings } from './relation.ts';

/** How many recipients got the like within the last minutes; counts halve within the burst half-life. */
export interface CampaignFacts {
  readonly senderRecipients: number;
  /** The link, and the file, that most got. */
  readonly linkRecipients: number;
  readonly fileRecipients: number;
  /** Domains of links that were never seen here. */
  readonly newLinkDomains: number;
}

export function campaignOf(footprint: FootprintFacts, standings: Standings): CampaignFacts {
  const recent = (key: ReputationKey | null) => (key === null ? 0 : (standings.get(key)?.recent ?? 0));
  const most = (keys: readonly ReputationKey[]) => Math.max(0, ...keys.map(recent));
  return {
    senderRecipients: recent(footprint.authenticatedAddress ?? footprint.address),
    linkRecipients: most(footprint.links),
    fileRecipients: most(footprint.files),
    newLinkDomains: footprint.links.filter((key) => !standings.has(key)).length,
  };
}
