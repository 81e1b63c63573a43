import { hash } from 'node:crypto';
import type { Principal } from '../../principal.ts';
import { checkedName, gradeWords } from '../grade.ts';
import { record } from '../manage-users.ts';
import type { AccessParts } from '../parts.ts';
import { AccessRefusal } from '../problem.ts';
import { findIdentity, findUser, type Grade, insertUser, regradeUser, type User } from '../users.ts';
import type { Claims } from './flow.ts';
import { gradeOfClaims } from './grade-of-claims.ts';
import type { OidcConfig } from './provider.ts';

export type Arrival =
  | { readonly user: User }
  /** `who` for the log. */
  | { readonly problem: 'noRole' | 'disabled' | 'taken'; readonly who: string };

/** Sees nothing, and no token is within it. */
const NOTHING: Grade = { role: 'recipient', domains: null, address: null };

/**
 * The user here of somebody whom the provider proved: a new one at first; role and domains as the provider says them now. Sessions and
 * tokens of what is no longer allowed end with it.
 */
export async function userOfClaims(parts: AccessParts, oidc: OidcConfig, claims: Claims): Promise<Arrival> {
  // `sub` alone is unique at one issuer only (OpenID Connect Core section 5.7); names and addresses change hands.
  const identity = `${claims.iss} ${claims.sub}`;
  const grade = gradeOfClaims(claims, oidc, parts.config());
  const known = await findIdentity(parts.database, identity);
  if (known === null) {
    const name = nameOf(claims);
    if (grade === null) return { problem: 'noRole', who: name };
    return await newUser(parts, { name, identity, grade, actor: actorOf(oidc) });
  }
  const user = isSame(known, grade ?? NOTHING)
    ? known
    : await regraded(parts, known, grade ?? NOTHING, actorOf(oidc));
  if (user.isDisabled) return { problem: 'disabled', who: user.name };
  return grade === null ? { problem: 'noRole', who: user.name } : { user };
}

async function newUser(
  parts: AccessParts,
  {
    name,
    identity,
    grade,
    actor,
  }: {
    readonly name: string;
    readonly identity: string;
    readonly grade: Grade;
    readonly actor: Principal;
  },
): Promise<Arrival> {
  const createdAt = parts.now();
  const row = { name, ...grade, language: null, identity, createdAt, createdBy: actor.name };
  // Somebody else of this name, whom nobody becomes by choosing it.
  if ((await findUser(parts.database, name)) !== null) return { problem: 'taken', who: name };
  await record(parts, actor, { action: 'user-add', name, before: null, after: gradeWords(grade) });
  if (!(await insertUser(parts.database, { ...row, password: null }))) {
    // The same person twice at once, or another one of this name.
    const other = await findIdentity(parts.database, identity);
    return other === null ? { problem: 'taken', who: name } : { user: other };
  }
  return { user: { ...row, isDisabled: false } };
}

async function regraded(parts: AccessParts, user: User, grade: Grade, actor: Principal): Promise<User> {
  const words = { before: gradeWords(user), after: grade === NOTHING ? 'nothing' : gradeWords(grade) };
  await record(parts, actor, { action: 'user-role', name: user.name, ...words });
  await regradeUser(parts.database, user.name, { ...grade, isDisabled: user.isDisabled });
  return { ...user, ...grade };
}

function isSame(user: Grade, { role, domains, address }: Grade): boolean {
  return (
    user.role === role && user.address === address && JSON.stringify(user.domains) === JSON.stringify(domains)
  );
}

/** In the audit trail; no user has such a name, which has no colon. */
function actorOf({ issuer }: OidcConfig): Principal {
  return { name: `provider:${new URL(issuer).host}`, role: 'admin', domains: null, address: null };
}

/** As people know them, where that can be a name here; else one that tells nothing. */
function nameOf({ preferred_username, email, email_verified, iss, sub }: Claims): string {
  for (const wanted of [preferred_username, email_verified === true ? email : null]) {
    if (typeof wanted !== 'string') continue;
    try {
      return checkedName(wanted);
    } catch (error) {
      if (!(error instanceof AccessRefusal)) throw error;
    }
  }
  return `user-${hash('sha256', `${iss} ${sub}`, 'hex').slice(0, 16)}`;
}
