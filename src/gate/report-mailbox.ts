import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { z } from 'zod';
import { type Entry, parseDomain, parseEntry } from '../config/entry.ts';
import type { Config } from '../config/schema.ts';
import { CATEGORIES, type Category } from '../detect/category.ts';
import { DomainSet } from '../evidence/lists/domain-set.ts';
import type { Case } from '../lab/cases/case.ts';
import { parseListen } from '../listen-address.ts';
import type { ReservedPort } from '../process/reserved-port.ts';
import { Networks } from './networks.ts';

/** A message of 25 MiB, in base64, in a mail that forwards it: what large providers pass on, twice over. */
export const REPORT_BYTES = 50 * 1024 * 1024;
/** Each may hold a report in memory: half a gigabyte at worst. */
const CONNECTIONS = 10;
const IDLE_MS = 60_000;
/** How long connections that are under way may take when the gate closes. */
const CLOSE_MS = 5_000;

/** A mail with reports in it, as it came. */
export interface ReportMail {
  /** Reverse-path: who reports, lower case. */
  readonly reporter: string;
  readonly is: Case['is'];
  readonly bytes: Buffer;
}

/** What to answer at the end of the data. */
export type ReportAnswer =
  | { readonly kind: 'taken'; readonly messages: number }
  /** No message is attached: inline forwards have lost what matters. */
  | { readonly kind: 'unusable' }
  | { readonly kind: 'later' };

export interface MailboxOptions {
  readonly config: Config['feedback']['mailbox'];
  /** Who may report where `reporters` names nobody. */
  readonly ownDomains: readonly string[];
  readonly hostname: string;
  readonly reserved?: ReadonlyMap<string, ReservedPort> | undefined;
  /** The reports are on disk when it resolves. */
  readonly onReport: (mail: ReportMail) => Promise<ReportAnswer>;
  readonly onError: (error: unknown) => void;
}

export interface ReportMailbox {
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  close(): Promise<void>;
}

/**
 * Listens for mail to `unwanted@` and `notspam@` (any domain), from the hosts in `clients`, with an envelope sender among the reporters.
 * That sender is the word of those hosts: they must not pass on mail from outside with a sender of our own. Nothing is relayed.
 */
export async function startReportMailbox(options: MailboxOptions): Promise<ReportMailbox> {
  const servers: SMTPServer[] = [];
  const addresses: { host: string; port: number }[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(resolve))));
  };
  try {
    for (const text of options.config.listen) {
      const server = new SMTPServer(serverOptions(options));
      server.on('error', options.onError);
      servers.push(server);
      addresses.push(await listen(server, text, options.reserved?.get(text)));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses, close };
}

async function listen(server: SMTPServer, text: string, reserved: ReservedPort | undefined) {
  const { host, port } = parseListen(text);
  const listening = once(server.server, 'listening');
  if (reserved === undefined) server.listen(port, host);
  else reserved.handTo(server.server);
  await listening;
  const bound = server.server.address() as AddressInfo;
  return { host: bound.address, port: bound.port };
}

type Done = (error?: Error | null, message?: string) => void;

function serverOptions(options: MailboxOptions): ConstructorParameters<typeof SMTPServer>[0] {
  const { config, hostname } = options;
  const clients = new Networks(config.clients);
  const mayReport = reporterTest(config.reporters.length === 0 ? options.ownDomains : config.reporters);
  return {
    name: hostname,
    banner: 'Postern reports',
    disabledCommands: ['AUTH', 'STARTTLS', 'WIZ', 'SHELL', 'KILL'],
    disableReverseLookup: true,
    logger: false,
    size: REPORT_BYTES,
    maxClients: CONNECTIONS,
    socketTimeout: IDLE_MS,
    closeTimeout: CLOSE_MS,
    onConnect: (session: SMTPServerSession, done: Done) =>
      done(clients.has(session.remoteAddress) ? null : refusal(554, '5.7.1 No reports from this host')),
    onMailFrom: ({ address }, _session, done: Done) =>
      done(mayReport(address) ? null : refusal(550, '5.7.1 This sender may not report')),
    onRcptTo: ({ address }, session, done: Done) => done(rcptRefusal(address, session, config)),
    onData: (stream, session, done: Done) => {
      void take(stream, session, options).then(
        (said) => done(null, said),
        (error: unknown) => {
          if (!(error instanceof Refusal)) options.onError(error);
          done(error instanceof Refusal ? error : refusal(451, '4.3.0 Not taken, try again later'));
        },
      );
    },
  };
}

class Refusal extends Error {
  /** What smtp-server answers with. */
  readonly responseCode: number;

  constructor(code: number, text: string) {
    super(text);
    this.responseCode = code;
  }
}

function refusal(code: number, text: string): Refusal {
  return new Refusal(code, text);
}

/** One mail is about one thing: two recipients that say different things would make it mean both. */
function rcptRefusal(
  address: string,
  { envelope }: SMTPServerSession,
  config: MailboxOptions['config'],
): Refusal | null {
  const is = saidBy(address, config);
  if (is === null) return refusal(550, `5.1.1 Reports go to ${config.unwanted} or ${config.wanted}`);
  const other = envelope.rcptTo.some((before) => saidBy(before.address, config) !== is);
  return other ? refusal(452, '4.5.3 One kind of report a mail') : null;
}

/** `abuse@` is unwanted, `abuse+bec@` names the category, `notspam@` is wanted; null is neither. */
function saidBy(address: string, config: MailboxOptions['config']): Case['is'] | null {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase();
  if (local === config.wanted.toLowerCase()) return 'none';
  const [name, detail] = local.split('+');
  if (name !== config.unwanted.toLowerCase()) return null;
  if (detail === undefined) return 'unwanted';
  const category = detail.replaceAll('-', '_');
  return isCategory(category) ? category : null;
}

function isCategory(text: string): text is Category {
  return z.enum(CATEGORIES).safeParse(text).success;
}

/** Whether an address is one of these, or of one of these domains and those below. Networks are no reporters. */
function reporterTest(texts: readonly string[]): (address: string) => boolean {
  const entries = texts.map(parseEntry).filter((entry): entry is Entry => entry !== null);
  const domains = new DomainSet(entries.flatMap((one) => (one.kind === 'domain' ? [one.domain] : [])));
  const addresses = new Set(entries.flatMap((one) => (one.kind === 'address' ? [one.address] : [])));
  return (address) => {
    const at = address.lastIndexOf('@');
    const domain = at < 1 ? null : parseDomain(address.slice(at + 1));
    if (domain === null) return false;
    return domains.has(domain) || addresses.has(`${address.slice(0, at).toLowerCase()}@${domain}`);
  };
}

async function take(
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
  { config, onReport }: MailboxOptions,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > REPORT_BYTES) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (size > REPORT_BYTES) throw refusal(552, '5.3.4 The report is too large');
  const [first] = envelope.rcptTo;
  const is = first === undefined ? null : saidBy(first.address, config);
  if (is === null || envelope.mailFrom === false) throw refusal(503, '5.5.1 No recipient');
  const reporter = envelope.mailFrom.address.toLowerCase();
  const answer = await onReport({ reporter, is, bytes: Buffer.concat(chunks) });
  if (answer.kind === 'taken') return `2.0.0 Thank you: ${answer.messages} taken`;
  if (answer.kind === 'later') throw refusal(451, '4.3.2 Too many reports, try again later');
  throw refusal(554, '5.6.0 No message is attached: please forward it as an attachment');
}
