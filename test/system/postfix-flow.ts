import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Accounts, account } from './accounts.ts';
import { takeApart } from './delivered-message.ts';
import { type Letter, type Outcome, type SendOptions, sendAll } from './send-all.ts';
import { freePort } from './servers/ports.ts';
import { type Postern, type Settings, startPostern } from './servers/postern.ts';
import { type Postfix, startPostfix } from './servers/postfix.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'deploy', 'postfix');
export const INBOX = 'inbox.example';
/** Who connects from 127.0.0.1 is local to Postfix, which completes and rewrites its headers; mail from outside it leaves alone. */
export const OUTSIDE = '127.0.0.9';
/** Controls go to names of their own, so that they are never counted. */
const CONTROL = 'c';

/** The two ways of deploy/postfix. */
export type Way = 'before-queue' | 'first-hop';
export const WAYS: readonly Way[] = ['before-queue', 'first-hop'];

/** Postern and Postfix as one of the samples puts them together, on ports of their own. */
export interface Flow {
  /** Where a sender knocks: Postfix or Postern. */
  readonly doorPort: number;
  /** Where Postern passes mail to. */
  readonly returnPort: number;
  readonly postern: Postern;
  readonly postfix: Postfix;
  stop(): Promise<void>;
}

/** Starts both from the very files of deploy/postfix; only ports and paths differ. */
export async function startFlow(
  way: Way,
  localParts: readonly string[],
  settings: Settings = {},
): Promise<Flow> {
  const directory = await mkdtemp(join(tmpdir(), `postern-${way}-`));
  // Postfix gives up its rights, and still has to find its folders below.
  await chmod(directory, 0o755);
  const [door, filter, back] = [await freePort(), await freePort(), await freePort()];
  const sample = (name: string) => readFile(join(SAMPLES, name), 'utf8');
  const master = withPorts(await sample(`${way}.master.cf`), way, { door, filter, back });
  const postfix = await startPostfix({
    directory: join(directory, 'postfix'),
    master,
    main: await sample('main.cf'),
    ports: way === 'before-queue' ? [door, back] : [back],
    hostname: 'next.test',
    domain: INBOX,
    recipients: localParts.flatMap((name) => [name, CONTROL + name]),
  });
  try {
    const posternSample: { gate: { forwarders?: string[] } } = parse(await sample(`${way}.postern.yaml`));
    const postern = await startPostern({
      directory: join(directory, 'postern'),
      nextHopPort: back,
      port: filter,
      settings: {
        ...settings,
        gate: { forwarders: posternSample.gate.forwarders ?? [], ...gateOf(settings) },
      },
    });
    const stop = async () => {
      await postern.stop();
      await postfix.stop();
      await rm(directory, { recursive: true });
    };
    const doorPort = way === 'before-queue' ? door : filter;
    return { doorPort, returnPort: back, postern, postfix, stop };
  } catch (error) {
    await postfix.stop();
    throw error;
  }
}

export interface Result {
  readonly accounts: Accounts;
  /** Delivered exactly as sent, but for headers put before. */
  readonly exact: number;
  /** Delivered as Postfix alone delivers it, which is not as sent (it drops Bcc, Return-Path and Content-Length). */
  readonly alteredByPostfix: readonly string[];
  /** Delivered otherwise than without Postern: must be empty. */
  readonly alteredByPostern: readonly string[];
  /** The messages delivered, by id, without the headers put before them. */
  readonly messages: ReadonlyMap<string, Buffer>;
  /** Replies that ended a letter's way with a refusal. */
  readonly refusals: readonly string[];
}

/** Sends letters through a flow, waits for Postfix to deliver, and finds every one of them again. */
export async function runFlow(
  flow: Flow,
  letters: readonly Letter[],
  options: Pick<SendOptions, 'onOutcome'> = {},
): Promise<Result> {
  const outcomes = await sendAll(letters, {
    port: flow.doorPort,
    connections: 8,
    retries: 20,
    localAddress: OUTSIDE,
    ...options,
  });
  await flow.postfix.drained();
  const delivered = new Map<string, Buffer[]>();
  for (const { id, recipient } of letters) delivered.set(recipient, await flow.postfix.delivered(id));
  const accounts = account(outcomes, { delivered, held: await flow.postern.held() });
  const inexact: Letter[] = [];
  const messages = new Map<string, Buffer>();
  for (const letter of letters) {
    const [stored] = delivered.get(letter.recipient) ?? [];
    if (stored === undefined) continue;
    const { message } = takeApart(stored);
    messages.set(letter.id, message);
    if (!message.equals(letter.raw)) inexact.push(letter);
  }
  const { altered, same } = await compareWithControls(flow, inexact, messages);
  return {
    accounts,
    exact: messages.size - inexact.length,
    alteredByPostfix: same,
    alteredByPostern: altered,
    messages,
    refusals: outcomes.filter(({ state }) => state === 'refused').map(described),
  };
}

/** Sends what came out otherwise than it went in to Postfix alone, to see whose doing it was. */
async function compareWithControls(
  flow: Flow,
  inexact: readonly Letter[],
  messages: ReadonlyMap<string, Buffer>,
) {
  const controls = inexact.map((letter) => ({ ...letter, recipient: `${CONTROL}${letter.recipient}` }));
  await sendAll(controls, { port: flow.returnPort, connections: 4, localAddress: OUTSIDE });
  await flow.postfix.drained();
  const same: string[] = [];
  const altered: string[] = [];
  for (const { id, raw } of inexact) {
    const [control] = await flow.postfix.delivered(CONTROL + id);
    const message = messages.get(id);
    if (control === undefined || message === undefined) altered.push(id);
    else if (takeApart(control).message.equals(message) || isSeparated(message, raw)) same.push(id);
    else altered.push(id);
  }
  return { same, altered };
}

/**
 * A message that begins with a line that is no header (an mbox "From ", for one) has no header block. Any hop that puts a Received before
 * it makes Postfix end the header there, with an empty line; all else is as sent.
 */
function isSeparated(message: Buffer, raw: Buffer): boolean {
  const beginsWithHeader = /^[!-9;-~]+[ \t]*:/.test(raw.subarray(0, 1_000).toString('latin1'));
  return !beginsWithHeader && message.equals(Buffer.concat([Buffer.from('\r\n'), raw]));
}

function described({ letter, reply }: Outcome): string {
  return `${letter.id}: ${reply?.text ?? 'no reply'}`;
}

function withPorts(master: string, way: Way, ports: { door: number; filter: number; back: number }): string {
  const replaced = master
    .replace('127.0.0.1:10026 inet', `127.0.0.1:${ports.back} inet`)
    .replace('smtp      inet', `127.0.0.1:${ports.door} inet`)
    .replace('127.0.0.1:10025', `127.0.0.1:${ports.filter}`);
  const expected = way === 'before-queue' ? [ports.back, ports.door, ports.filter] : [ports.back];
  for (const port of expected)
    if (!replaced.includes(`127.0.0.1:${port}`))
      throw new Error(`${way}.master.cf is not as the test knows it`);
  return replaced;
}

function gateOf(settings: Settings): Settings {
  return (settings.gate as Settings | undefined) ?? {};
}
