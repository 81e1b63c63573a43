import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { program, type Requirement } from '../../requirement.ts';
import { until } from './wait.ts';

const run = promisify(execFile);

const POSTFIX = '/usr/sbin/postfix';
const SENDMAIL = '/usr/sbin/sendmail';
export const postfixRequirement: Requirement = program('Postfix', POSTFIX, { root: true });

/** The services that receiving and local delivery need; nothing chrooted, so that no system file has to be copied. */
const SERVICES = `
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
`;

export interface PostfixOptions {
  /** A folder of its own; configuration, queue, log and mailboxes go there. Not below a folder that others may not enter. */
  readonly directory: string;
  /** Lines for master.cf: what listens. */
  readonly master: string;
  /** Lines for main.cf; they win over those of the set-up. */
  readonly main?: string;
  /** Ports in `master` that must answer before Postfix counts as started. */
  readonly ports: readonly number[];
  readonly hostname: string;
  /** The domain whose mail is delivered. */
  readonly domain: string;
  /** Local parts, or whole addresses of other domains, that exist; any other is refused with 550. */
  readonly recipients: readonly string[];
}

export interface Postfix {
  readonly directory: string;
  /** The messages delivered to a recipient, as they lie in its mailbox (LF line ends). */
  delivered(localPart: string): Promise<Buffer[]>;
  /** Local parts that have mail. */
  recipients(): Promise<string[]>;
  /** Resolves when nothing waits in the queue. */
  drained(): Promise<void>;
  log(): Promise<string>;
  /** Hands a message to the sendmail command of the host, as its programs do. Throws with what the command says when it fails. */
  sendmail(from: string, to: readonly string[], message: Buffer): Promise<void>;
  /** Names of the messages in the hold queue. */
  onHold(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts a Postfix of its own. It answers on its ports when this resolves. Throws with its log when it does not start. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const { directory } = options;
  const config = join(directory, 'config');
  const queue = join(directory, 'queue');
  const mailboxes = join(directory, 'mailboxes');
  for (const made of [directory, config, queue, mailboxes, join(directory, 'data')])
    await mkdir(made, { recursive: true });
  await chmod(directory, 0o755);
  const { uid, gid } = await userId('postfix');
  await run('chown', ['postfix', join(directory, 'data')]);
  await run('chown', [`${uid}:${gid}`, mailboxes]);
  await writeFile(join(config, 'main.cf'), mainCf(options, uid, gid));
  await writeFile(join(config, 'master.cf'), `${SERVICES}\n${options.master}\n`);
  await writeFile(join(config, 'mailboxes'), mailboxMap(options));

  const log = () => readFile(join(directory, 'mail.log'), 'utf8').catch(() => '(no log)');
  try {
    await run(POSTFIX, ['-c', config, 'start']);
    for (const port of options.ports) await until(`Postfix greets on port ${port}`, () => greets(port));
  } catch (error) {
    throw new Error(`Postfix did not start: ${(error as Error).message}\n${await log()}`);
  }
  return {
    directory,
    log,
    delivered: (localPart) => messagesIn(join(mailboxes, localPart, 'new')),
    recipients: () => readdir(mailboxes),
    drained: async () => {
      await until('Postfix has an empty queue', () => isEmpty(queue), 120_000);
    },
    sendmail: async (from, to, message) => {
      const child = execFile(SENDMAIL, ['-i', '-f', from, '--', ...to], { env: { MAIL_CONFIG: config } });
      const said: string[] = [];
      child.stderr?.on('data', (chunk) => said.push(String(chunk)));
      child.stdin?.end(message);
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`sendmail: ${code}: ${said.join('')}`);
    },
    onHold: () => readdir(join(queue, 'hold')),
    stop: async () => {
      await run(POSTFIX, ['-c', config, 'stop']);
      await until('Postfix has ended', () => hasEnded(config));
    },
  };
}

function mainCf(options: PostfixOptions, uid: number, gid: number): string {
  const { directory } = options;
  return `compatibility_level = 3.6
queue_directory = ${join(directory, 'queue')}
data_directory = ${join(directory, 'data')}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${join(directory, 'mail.log')}
maillog_file_prefixes = ${directory}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
myhostname = ${options.hostname}
mydestination =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = ${options.domain}
virtual_mailbox_base = ${join(directory, 'mailboxes')}
virtual_mailbox_maps = texthash:${join(directory, 'config', 'mailboxes')}
virtual_mailbox_limit = 0
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
virtual_minimum_uid = 1
default_transport = error:this host delivers nothing outside
${options.main ?? ''}
`;
}

/** The trailing slash makes it a maildir. */
function mailboxMap({ recipients, domain }: PostfixOptions): string {
  return recipients
    .map((name) => (name.includes('@') ? `${name} ${name}/\n` : `${name}@${domain} ${name}/\n`))
    .join('');
}

async function userId(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (data) => {
      resolve(data.toString('latin1').startsWith('220'));
      socket.end('QUIT\r\n');
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

async function messagesIn(folder: string): Promise<Buffer[]> {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

async function isEmpty(queue: string): Promise<boolean> {
  for (const name of ['maildrop', 'incoming', 'active', 'deferred', 'hold']) {
    const entries = await readdir(join(queue, name), { recursive: true, withFileTypes: true });
    if (entries.some((entry) => entry.isFile())) return false;
  }
  return true;
}

/** Asks for the lock that master(8) holds; its pid may live on as a zombie where nothing reaps orphans. */
function hasEnded(config: string): Promise<boolean> {
  return run(POSTFIX, ['-c', config, 'status']).then(
    () => false,
    () => true,
  );
}
