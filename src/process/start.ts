import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import { Mistake } from '../mistake.ts';
import type { Logger } from '../observe/log.ts';
import { type Account, accountOf } from './account.ts';
import { giveFolders, prepareFolders, stateFolders } from './folders.ts';
import { type Privileged, takePrivileged } from './privileged.ts';
import { becomeForGood, posix } from './rights.ts';

/** What we make is for us alone: mail, addresses, logs. */
const UMASK = 0o077;

/**
 * The first thing that `postern serve` does with its configuration: as root takes what only root can have, and becomes
 * `process.user` for good, before anything is opened, loaded or heard. Null where nothing had to be taken. Throws a Mistake where the
 * user does not exist or cannot be become, or where others may write in a folder of mail.
 */
export async function startProcess(config: Config, log: Logger): Promise<Privileged | null> {
  process.umask(UMASK);
  const privileged = await becomeConfigured(config, log);
  for (const warning of prepareFolders(stateFolders(config))) log.warn({ event: 'folder_mode' }, warning);
  return privileged;
}

async function becomeConfigured(config: Config, log: Logger): Promise<Privileged | null> {
  const { user, group } = config.process;
  const uid = posix().geteuid();
  if (user === null) {
    if (group !== null) throw new Mistake('process.group: needs process.user');
    if (uid === 0)
      log.warn({ event: 'runs_as_root' }, 'runs as root: set process.user to a user without rights');
    return null;
  }
  const account = accountOf(user, group, {
    passwd: readFileSync('/etc/passwd', 'utf8'),
    group: readFileSync('/etc/group', 'utf8'),
  });
  if (uid !== 0) {
    refuseOther(uid, account);
    return null;
  }
  return giveUpRoot(config, account, log);
}

/** Started as who we are to be, as systemd does it, there is nothing to give up. */
function refuseOther(uid: number, account: Account): void {
  if (uid === account.uid) return;
  throw new Mistake(
    `process.user: is ${account.name}, but Postern runs as user ${uid}, and only root can become another: start it as root or as ${account.name}`,
  );
}

async function giveUpRoot(config: Config, account: Account, log: Logger): Promise<Privileged> {
  const privileged = await takePrivileged(config);
  giveFolders(stateFolders(config), account);
  becomeForGood(account);
  const { name, uid, gid } = account;
  log.info(
    { event: 'rights_given_up', user: name, uid, gid, ports: [...privileged.ports.keys()] },
    'no longer root',
  );
  return privileged;
}
