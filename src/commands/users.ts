import { userInfo } from 'node:os';
import { stdin as input, stderr as output } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { gradeWords } from '../console/access/grade.ts';
import {
  addUser,
  changeGrade,
  dropUser,
  listUsers,
  setDisabled,
  setPassword,
} from '../console/access/manage-users.ts';
import type { AccessParts } from '../console/access/parts.ts';
import { AccessRefusal } from '../console/access/problem.ts';
import type { Principal } from '../console/principal.ts';
import { openDatabase } from '../database/open.ts';
import { openLedger } from '../ledger/writer.ts';
import { createLogger } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import { CONFIG_FILE } from './config-file.ts';
import { UsageError } from './failure.ts';
import { table } from './table.ts';

interface Common {
  readonly config: string;
  readonly json?: boolean;
}

interface GradeOptions extends Common {
  readonly role: string;
  readonly domains?: string;
  readonly address?: string;
}

/** `postern users list | add | role | password | disable | enable | remove`: who may sign in to the console. */
export function usersCommand(): Command {
  const users = new Command('users').description('who may sign in to the console, and what each may do');
  const withCommon = (command: Command): Command =>
    command
      .option('-c, --config <file>', 'configuration', CONFIG_FILE)
      .option('--json', 'one JSON object a line');
  const withGrade = (command: Command): Command =>
    withCommon(command)
      .requiredOption('--role <role>', 'recipient, viewer, analyst or admin')
      .option('--domains <names>', 'recipient domains with commas between; left out: all')
      .option('--address <address>', 'of a recipient: whose mail they see');
  withCommon(users.command('list').description('users with role and domains')).action(list);
  withGrade(
    users
      .command('add')
      .argument('<name>')
      .description('a new user; the password is asked for, or read from standard input'),
  ).action(async (name: string, options: GradeOptions) => {
    const password = await readPassword();
    await change(options, name, 'added', (parts, me) => addUser(parts, me, { ...options, name, password }));
  });
  withGrade(users.command('role').argument('<name>').description('another role, other domains')).action(
    (name: string, options: GradeOptions) =>
      change(options, name, 'changed', (parts, me) => changeGrade(parts, me, { ...options, name })),
  );
  withCommon(
    users
      .command('password')
      .argument('<name>')
      .description('a new password, asked for or from standard input'),
  ).action(async (name: string, options: Common) => {
    const password = await readPassword();
    await change(options, name, 'has a new password', (parts, me) =>
      setPassword(parts, me, { name, password }),
    );
  });
  for (const isDisabled of [true, false])
    withCommon(
      users
        .command(isDisabled ? 'disable' : 'enable')
        .argument('<name>')
        .description(isDisabled ? 'sign out at once, and not in again' : 'may sign in again'),
    ).action((name: string, options: Common) =>
      change(options, name, isDisabled ? 'disabled' : 'enabled', (parts, me) =>
        setDisabled(parts, me, { name, isDisabled }),
      ),
    );
  withCommon(users.command('remove').argument('<name>').description('with sessions and tokens')).action(
    (name: string, options: Common) =>
      change(options, name, 'removed', (parts, me) => dropUser(parts, me, { name })),
  );
  return users;
}

async function list(options: Common): Promise<void> {
  await withAccess(options, async (parts, me) => {
    const all = await listUsers(parts, me);
    if (options.json) for (const user of all) console.log(JSON.stringify(user));
    else if (all.length === 0) console.log('no users yet: postern users add NAME --role admin');
    else
      console.log(
        table(
          ['NAME', 'MAY', 'STATE', 'MADE'],
          all.map((user) => [
            user.name,
            gradeWords(user),
            user.isDisabled ? 'disabled' : 'enabled',
            user.createdAt.toISOString().slice(0, 10),
          ]),
        ),
      );
  });
}

async function change(
  options: Common,
  name: string,
  done: string,
  work: (parts: AccessParts, me: Principal) => Promise<unknown>,
): Promise<void> {
  await withAccess(options, work);
  console.log(options.json ? JSON.stringify({ name, done }) : `${name.toLowerCase()} ${done}`);
}

/** Whoever may write the database is an administrator already; the audit trail names who it was on this host. */
async function withAccess(
  options: Common,
  work: (parts: AccessParts, me: Principal) => Promise<unknown>,
): Promise<void> {
  const { config } = loadConfig(options.config, process.env);
  const me: Principal = { name: userInfo().username, role: 'admin', domains: null, address: null };
  const database = await openDatabase(config.database, config.quarantine.directory);
  const ledger = await openLedger(config.ledger, createMetrics(), createLogger(config.observe.log));
  try {
    await work({ config: () => config, database, ledger, now: () => new Date() }, me);
  } catch (error) {
    throw error instanceof AccessRefusal ? new UsageError(error.message) : error;
  } finally {
    await ledger.close();
    await database.destroy();
  }
}

/** Never an argument, which every process of the host can read. */
async function readPassword(): Promise<string> {
  if (!input.isTTY) return (await text(input)).replace(/\r?\n$/, '');
  const first = await ask('Password: ');
  if (first !== (await ask('Again: '))) throw new UsageError('these are two passwords');
  return first;
}

async function ask(question: string): Promise<string> {
  output.write(question);
  // A terminal echoes what it is told to write; this takes it and shows nothing.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input, output: silent, terminal: true });
  try {
    return await line.question('');
  } finally {
    line.close();
    output.write('\n');
  }
}
