import type { Address } from '../../message/message.ts';
import { organizationOf } from '../names/organization.ts';

/** More are no correspondence; an attacker who hides his among them is seen by the first ones being others. */
const READ_ADDRESSES = 8;

/**
 * Where answers go, to compare with the same sender's other mail: his own address where they stay in his organisation (machines make
 * a new address for each message there), else organisations, and addresses where anybody gets one.
 */
export function replyTarget(
  replyTo: readonly Address[],
  from: string,
  organization: string,
  freemail: { has(domain: string): boolean },
): string {
  const targets = replyTo.slice(0, READ_ADDRESSES).flatMap(({ address }) => {
    const lower = address.toLowerCase();
    const at = lower.lastIndexOf('@');
    const owner = organizationOf(lower.slice(at + 1));
    if (lower === from || owner === '') return [];
    if (freemail.has(owner)) return [`${lower.slice(0, at).replace(/\+.*$/, '')}@${owner}`];
    return owner === organization ? [] : [`@${owner}`];
  });
  return targets.length === 0 ? from : [...new Set(targets)].sort().join(',');
}
