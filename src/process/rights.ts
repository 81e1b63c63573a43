import { readdirSync, readFileSync } from 'node:fs';
import type { Account } from './account.ts';

/** The calls of `process` that only POSIX systems have; the typings forget the last. */
type Posix = Required<
  Pick<
    NodeJS.Process,
    'getuid' | 'geteuid' | 'getgroups' | 'setuid' | 'seteuid' | 'setgid' | 'setegid' | 'setgroups'
  >
> & { initgroups(user: string | number, group: string | number): void };

/** Throws on a system without users and groups. */
export function posix(): Posix {
  if (process.setuid === undefined) throw new Error('this system has no users to become');
  return process as unknown as Posix;
}

/**
 * Becomes `account` for good: supplementary groups first, then group, then user, since each needs the rights that the next gives
 * up. glibc and musl apply it to every thread. Throws where any way back is left: then nothing may go on.
 */
export function becomeForGood(account: Account): void {
  refuseIoUring();
  const calls = posix();
  if (account.isListed) calls.initgroups(account.name, account.gid);
  else calls.setgroups([account.gid]);
  calls.setgid(account.gid);
  calls.setuid(account.uid);
  verifyGone(account);
}

/**
 * Threads of io_uring in the kernel keep the rights they began with (CVE-2024-22017). Node does not use them unless this variable
 * says so.
 */
function refuseIoUring(): void {
  const wanted = process.env.UV_USE_IO_URING;
  if (wanted === undefined || wanted === '0') return;
  throw new Error(
    'UV_USE_IO_URING is set: rights given up would stay with the kernel threads of io_uring. Unset it',
  );
}

/** Throws where this process, or a thread of it, is not wholly `account`, or could become root again. */
export function verifyGone({ name, uid, gid }: Account): void {
  const calls = posix();
  const ways: [string, () => unknown][] = [
    ['setuid(0)', () => calls.setuid(0)],
    ['seteuid(0)', () => calls.seteuid(0)],
    ['setgid(0)', () => calls.setgid(0)],
    ['setegid(0)', () => calls.setegid(0)],
    ['setgroups([0])', () => calls.setgroups([0])],
  ];
  for (const [way, call] of ways) {
    if (succeeds(call)) throw new Error(`the rights of root did not go: ${way} succeeds as ${name}`);
  }
  if (calls.getgroups().includes(0)) throw new Error(`${name} is in the group of root`);
  for (const { task, uids, gids, groups, capabilities } of threadRights()) {
    const isOurs = uids.every((id) => id === uid) && gids.every((id) => id === gid) && !groups.includes(0);
    if (!isOurs || capabilities !== 0n) throw new Error(`thread ${task} still has rights of root`);
  }
}

function succeeds(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return false;
    throw error;
  }
}

/** What one thread may do: real, effective, saved and file-system ids, further groups, and permitted capabilities. */
export interface ThreadRights {
  readonly task: number;
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  readonly capabilities: bigint;
}

/** All threads of a process, this one by default; none where there is no /proc. */
export function threadRights(pid: number | 'self' = 'self'): ThreadRights[] {
  const folder = `/proc/${pid}/task`;
  return entriesOf(folder).flatMap((task) => {
    const status = textOf(`${folder}/${task}/status`);
    return status === null ? [] : [rightsIn(Number(task), status)];
  });
}

function rightsIn(task: number, status: string): ThreadRights {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const ids = (name: string) => field(name).split(/\s+/).filter(Boolean).map(Number);
  const capabilities = BigInt(`0x${field('CapPrm') || '0'}`);
  return { task, uids: ids('Uid'), gids: ids('Gid'), groups: ids('Groups'), capabilities };
}

function entriesOf(folder: string): string[] {
  return orNullIfGone(() => readdirSync(folder)) ?? [];
}

/** Null for a thread that has ended since it was listed. */
function textOf(file: string): string | null {
  return orNullIfGone(() => readFileSync(file, 'utf8'));
}

function orNullIfGone<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
