import { ROLES, type Role } from '../principal.ts';
import { AccessRefusal } from './problem.ts';
import type { Grade } from './users.ts';

/** As it is typed into a form, said on a command line or sent by a script. */
export interface GivenGrade {
  readonly role: string;
  /** With commas between, or a list; empty or null is all. */
  readonly domains?: string | readonly string[] | null | undefined;
  readonly address?: string | null | undefined;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._+@-]{0,63}$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const ADDRESS = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,253}$/;

/** Names are told apart without regard to case, and kept in lower case. Throws AccessRefusal. */
export function checkedName(name: string): string {
  if (!NAME.test(name)) throw new AccessRefusal('bad', 'name');
  return name.toLowerCase();
}

/** Throws AccessRefusal where this is no role, no domains or no address. */
export function checkedGrade({ role, domains, address }: GivenGrade): Grade {
  const known = checkedRole(role);
  const wanted = typeof address === 'string' && address.trim() !== '' ? address.trim().toLowerCase() : null;
  if ((known === 'recipient') !== (wanted !== null)) throw new AccessRefusal('bad', 'address');
  if (wanted !== null && !ADDRESS.test(wanted)) throw new AccessRefusal('bad', 'address');
  return { role: known, domains: known === 'recipient' ? null : checkedDomains(domains), address: wanted };
}

export function checkedRole(role: string): Role {
  const known = ROLES.find((one) => one === role);
  if (known === undefined) throw new AccessRefusal('bad', 'role');
  return known;
}

/** Null, all domains, for nothing given. */
export function checkedDomains(given: GivenGrade['domains']): readonly string[] | null {
  if (given === null || given === undefined) return null;
  const list = typeof given === 'string' ? given.split(/[\s,;]+/) : given;
  const domains = [...new Set(list.map((one) => one.trim().toLowerCase()).filter((one) => one !== ''))];
  if (domains.length === 0) {
    // A list that is empty says "none" to a script; nobody sees nothing, so it is a mistake.
    if (typeof given !== 'string') throw new AccessRefusal('bad', 'domains');
    return null;
  }
  if (!domains.every((domain) => DOMAIN.test(domain))) throw new AccessRefusal('bad', 'domains');
  return domains;
}

/** For the audit trail: `analyst of example.com`. */
export function gradeWords({ role, domains, address }: Grade): string {
  if (address !== null) return `${role} ${address}`;
  return domains === null ? role : `${role} of ${domains.join(', ')}`;
}
