import { asciiDomain } from '../../message/url.ts';
import { organizationOf } from '../names/organization.ts';

/** ORGANIZER of an invitation (RFC 5545 section 3.8.4.3): parameters, then a mailto address. */
const ORGANIZER = /^ORGANIZER[^\r\n]{0,500}?:\s*mailto:\s*([^\r\n\s<>@]{1,64}@[^\r\n\s<>@;,"]{1,255})/im;

/**
 * Whether a calendar file is an invitation (METHOD:REQUEST) from another organisation than the domains that send it.
 * Answers and published calendars name foreign organizers by nature. Honest services that send for others name the
 * others in Reply-To.
 */
export function hasForeignOrganizer(text: string, senders: readonly string[]): boolean {
  if (!/^\s*BEGIN:VCALENDAR/i.test(text) || !/^METHOD:\s*REQUEST\b/im.test(text)) return false;
  const address = ORGANIZER.exec(text)?.[1];
  if (address === undefined) return false;
  const organization = organizationOf(asciiDomain(address.slice(address.lastIndexOf('@') + 1)));
  return organization !== '' && !senders.some((sender) => organizationOf(sender) === organization);
}
