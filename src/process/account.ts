import { Mistake } from '../mistake.ts';

/** A user as the kernel knows one. */
export interface Account {
  /** The name in the configuration. */
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** False for a number that no line of /etc/passwd has: such a user is in no further group. */
  readonly isListed: boolean;
}

/** The lines of /etc/passwd and /etc/group. */
export interface AccountFiles {
  readonly passwd: string;
  readonly group: string;
}

/** passwd(5): name:password:uid:gid:comment:home:shell; group(5): name:password:gid:members. */
const FIELD = { name: 0, id: 2, gid: 3 } as const;

/**
 * Who `process.user` and `process.group` are: names or numbers; without a group, that of the user. Throws a Mistake that names the
 * key where one of them does not exist, or is root.
 */
export function accountOf(user: string, group: string | null, files: AccountFiles): Account {
  const line = lineOf(files.passwd, user);
  const uid = line === null ? numberOf(user) : Number(line[FIELD.id]);
  if (uid === null) {
    throw new Mistake(
      `process.user: there is no user ${JSON.stringify(user)} in /etc/passwd; give one of a directory service by its number, with process.group`,
    );
  }
  const gid = group === null ? ownGroup(user, line) : groupOf(group, files.group);
  if (uid === 0)
    throw new Mistake(`process.user: ${JSON.stringify(user)} is root; name a user without rights`);
  if (gid === 0)
    throw new Mistake(`process.group: the group of ${JSON.stringify(user)} would be root; name another`);
  return { name: line?.[FIELD.name] ?? user, uid, gid, isListed: line !== null };
}

function ownGroup(user: string, line: readonly string[] | null): number {
  if (line !== null) return Number(line[FIELD.gid]);
  throw new Mistake(
    `process.group: ${JSON.stringify(user)} is not in /etc/passwd, so its group must be given`,
  );
}

function groupOf(group: string, text: string): number {
  const line = lineOf(text, group);
  const gid = line === null ? numberOf(group) : Number(line[FIELD.id]);
  if (gid === null) throw new Mistake(`process.group: there is no group ${JSON.stringify(group)}`);
  return gid;
}

/** The fields of the line with this name or number. */
function lineOf(text: string, nameOrId: string): readonly string[] | null {
  const lines = text.split('\n').map((line) => line.split(':'));
  const named = lines.find((fields) => fields[FIELD.name] === nameOrId && fields.length > FIELD.gid);
  return named ?? lines.find((fields) => fields[FIELD.id] === nameOrId) ?? null;
}

function numberOf(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}
