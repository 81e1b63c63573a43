import type { Principal } from '../principal.ts';
import { isLanguage, type Language } from '../words/language.ts';
import { hashOf, record } from './manage-users.ts';
import type { AccessParts } from './parts.ts';
import { AccessRefusal } from './problem.ts';
import { endSessions } from './sessions.ts';
import { changePassword, findUser, setLanguage, type User } from './users.ts';
import { verifiedUser } from './verify.ts';

/** One's own. Throws AccessRefusal for a token: it is nobody's account. */
export async function ownUser(parts: AccessParts, principal: Principal): Promise<User> {
  const user = await findUser(parts.database, principal.name);
  if (user === null) throw new AccessRefusal('missing', 'missing');
  return user;
}

/** Wrong current passwords count as attempts to sign in. All other sessions end; `session` (as kept) stays. */
export async function changeOwnPassword(
  parts: AccessParts,
  principal: Principal,
  input: {
    readonly current: string;
    readonly next: string;
    readonly address: string;
    readonly session: string | null;
  },
): Promise<void> {
  const { name, identity } = await ownUser(parts, principal);
  if (identity !== null) throw new AccessRefusal('conflict', 'elsewhere');
  const verified = await verifiedUser(parts, { name, password: input.current, address: input.address });
  if ('problem' in verified)
    throw verified.problem === 'wrong'
      ? new AccessRefusal('bad', 'wrongPassword')
      : new AccessRefusal('tooOften', 'limited');
  const password = await hashOf(input.next, name);
  await record(parts, principal, { action: 'user-password', name, before: null, after: null });
  await changePassword(parts.database, name, password, input.session);
}

/** Null: as the browser prefers. */
export async function changeOwnLanguage(
  parts: AccessParts,
  principal: Principal,
  language: string | null,
): Promise<void> {
  const { name } = await ownUser(parts, principal);
  const wanted: Language | null = language !== null && isLanguage(language) ? language : null;
  if (language !== null && wanted === null) throw new AccessRefusal('bad', 'language');
  await setLanguage(parts.database, name, wanted);
}

/** Ends all sessions, this one too. */
export async function signOutEverywhere(parts: AccessParts, principal: Principal): Promise<void> {
  const { name } = await ownUser(parts, principal);
  await record(parts, principal, { action: 'user-sign-out', name, before: null, after: null });
  await endSessions(parts.database, name);
}
