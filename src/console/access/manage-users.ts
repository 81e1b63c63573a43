import { auditRecord } from '../../ledger/record.ts';
import { hasRole, type Principal, seesAll } from '../principal.ts';
import { checkedGrade, checkedName, type GivenGrade, gradeWords } from './grade.ts';
import type { AccessParts } from './parts.ts';
import { hashPassword, passwordProblem } from './password.ts';
import { AccessRefusal } from './problem.ts';
import { isWithin } from './tokens.ts';
import {
  allUsers,
  changePassword,
  findUser,
  type Grade,
  insertUser,
  regradeUser,
  removeUser,
  type User,
} from './users.ts';

/** Those whom this administrator manages: all, or those of their own domains. Throws AccessRefusal for other roles. */
export async function listUsers(parts: AccessParts, principal: Principal): Promise<readonly User[]> {
  checkAdmin(principal);
  return (await allUsers(parts.database)).filter((user) => manages(principal, user));
}

/** A user with a password of ours. Throws AccessRefusal. */
export async function addUser(
  parts: AccessParts,
  principal: Principal,
  input: GivenGrade & { readonly name: string; readonly password: string },
): Promise<User> {
  checkAdmin(principal);
  const name = checkedName(input.name);
  const grade = checkedGrade(input);
  if (!manages(principal, grade)) throw new AccessRefusal('forbidden', 'forbidden');
  const password = await hashOf(input.password, name);
  const user: User = {
    name,
    ...grade,
    language: null,
    identity: null,
    isDisabled: false,
    createdAt: parts.now(),
    createdBy: principal.name,
  };
  const { isDisabled: _, ...row } = user;
  if ((await findUser(parts.database, name)) !== null) throw new AccessRefusal('conflict', 'taken');
  await record(parts, principal, { action: 'user-add', name, before: null, after: gradeWords(grade) });
  if (!(await insertUser(parts.database, { ...row, password }))) throw new AccessRefusal('conflict', 'taken');
  return user;
}

/** Another role, domains or address: all three as given. Sessions of before end. */
export async function changeGrade(
  parts: AccessParts,
  principal: Principal,
  input: GivenGrade & { readonly name: string },
): Promise<void> {
  const user = await managed(parts, principal, input.name);
  if (user.identity !== null) throw new AccessRefusal('conflict', 'elsewhere');
  const grade = checkedGrade(input);
  if (!manages(principal, grade)) throw new AccessRefusal('forbidden', 'forbidden');
  if (!(grade.role === 'admin' && grade.domains === null)) await checkNotLast(parts, user);
  const { name } = user;
  const words = { before: gradeWords(user), after: gradeWords(grade) };
  await record(parts, principal, { action: 'user-role', name, ...words });
  await regradeUser(parts.database, name, { ...grade, isDisabled: user.isDisabled });
}

/** A disabled user is signed out at once, and their tokens stop. */
export async function setDisabled(
  parts: AccessParts,
  principal: Principal,
  input: { readonly name: string; readonly isDisabled: boolean },
): Promise<void> {
  const user = await managed(parts, principal, input.name);
  const { isDisabled } = input;
  if (isDisabled) await checkNotLast(parts, user);
  const state = (is: boolean) => (is ? 'disabled' : 'enabled');
  await record(parts, principal, {
    action: isDisabled ? 'user-disable' : 'user-enable',
    name: user.name,
    before: state(user.isDisabled),
    after: state(isDisabled),
  });
  await regradeUser(parts.database, user.name, { ...user, isDisabled });
}

/** A password by an administrator; all sessions of the user end. */
export async function setPassword(
  parts: AccessParts,
  principal: Principal,
  input: { readonly name: string; readonly password: string },
): Promise<void> {
  const user = await managed(parts, principal, input.name);
  if (user.identity !== null) throw new AccessRefusal('conflict', 'elsewhere');
  const password = await hashOf(input.password, user.name);
  await record(parts, principal, { action: 'user-password', name: user.name, before: null, after: null });
  await changePassword(parts.database, user.name, password);
}

export async function dropUser(
  parts: AccessParts,
  principal: Principal,
  input: { readonly name: string },
): Promise<void> {
  const user = await managed(parts, principal, input.name);
  await checkNotLast(parts, user);
  const change = { action: 'user-remove', name: user.name, before: gradeWords(user), after: null };
  await record(parts, principal, change);
  await removeUser(parts.database, user.name);
}

/** The hash of a password that may be one. Throws AccessRefusal. */
export async function hashOf(password: string, name: string): Promise<string> {
  const problem = passwordProblem(password, name);
  if (problem !== null) throw new AccessRefusal('bad', problem === 'name' ? 'passwordName' : problem);
  return await hashPassword(password);
}

/** Before the change, so that none is without a record. */
export async function record(
  { ledger, now }: Pick<AccessParts, 'ledger' | 'now'>,
  principal: Principal,
  change: {
    readonly action: string;
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly kind?: 'user' | 'token';
  },
): Promise<void> {
  const { action, name, before, after, kind = 'user' } = change;
  const written = await ledger.append(
    auditRecord({
      at: now(),
      actor: principal.name,
      action,
      subject: `${kind}:${name}`,
      before,
      after,
      reason: '',
    }),
  );
  if (!written) throw new AccessRefusal('conflict', 'notWritten');
}

function checkAdmin(principal: Principal): void {
  if (!hasRole(principal, 'admin')) throw new AccessRefusal('forbidden', 'forbidden');
}

async function managed(parts: AccessParts, principal: Principal, name: string): Promise<User> {
  checkAdmin(principal);
  const user = await findUser(parts.database, name.toLowerCase());
  if (user === null || !manages(principal, user)) throw new AccessRefusal('missing', 'missing');
  return user;
}

/** All, or those who see nothing beyond one's own domains. */
function manages(principal: Principal, user: Grade): boolean {
  if (seesAll(principal)) return true;
  if (user.role !== 'recipient') return isWithin(user, principal);
  const domain = user.address?.slice(user.address.lastIndexOf('@') + 1) ?? '';
  return principal.domains?.includes(domain) === true;
}

async function checkNotLast(parts: AccessParts, user: User): Promise<void> {
  const isWhole = (one: User) => one.role === 'admin' && one.domains === null && !one.isDisabled;
  if (!isWhole(user)) return;
  const others = (await allUsers(parts.database)).filter((one) => one.name !== user.name && isWhole(one));
  if (others.length === 0) throw new AccessRefusal('conflict', 'lastAdmin');
}
