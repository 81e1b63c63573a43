import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Decision } from '../decision.ts';
import { createLogger } from '../observe/log.ts';
import type { Verdict } from '../policy/verdict.ts';
import { type Service, startService } from '../service/service.ts';
import { type Account, account, type SentMessage } from './demo/account.ts';
import { type DemoCase, demoCases } from './demo/cases.ts';
import { resultLines } from './demo/result-lines.ts';
import { connectTo, send } from './demo/send.ts';
import { DEMO_FOLDER, EDGE, openSetting } from './demo/setting.ts';
import { EXIT } from './failure.ts';

interface DemoOptions {
  readonly json?: boolean;
  readonly keep?: boolean;
}

/** One message of the demo and what became of it. */
export interface DemoResult {
  readonly message: DemoCase;
  readonly decision: Decision | null;
  /** The gate's last word. */
  readonly code: number;
  readonly reply: string;
  /** From the first command of the message to the last reply. */
  readonly ms: number;
}

/** `postern demo`: bundled messages through a real gate to an embedded next hop. Exit 1 where one was lost or came twice. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('send bundled messages through a gate and show what it decides')
    .option('--json', 'end with one JSON line')
    .option('--keep', 'leave the gate and its next hop running until Ctrl-C')
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const { sink, loaded, file } = await openSetting();
  parts.defer(() => sink.close());
  const decisions = new Map<string, Decision>();
  const service = await startService(loaded, {
    log: createLogger(loaded.config.observe.log),
    onDecision: (decision) => decisions.set(decision.messageId, decision),
  });
  parts.defer(() => service.close());
  const results = await sendAll(service, decisions);
  const sent = results.map(({ message, code }): SentMessage => ({ bytes: message.bytes, taken: code < 300 }));
  const found = await account(sent, sink.directory, service.quarantine);
  if (found.lost > 0 || found.duplicated > 0) process.exitCode = EXIT.negative;
  if (options.json) console.log(JSON.stringify({ ...found, verdicts: verdictCounts(results) }));
  else await tell(results, found, service, file, options.keep === true);
  if (options.keep) await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}

async function sendAll(service: Service, decisions: ReadonlyMap<string, Decision>): Promise<DemoResult[]> {
  const gate = service.addresses[0];
  if (gate === undefined) throw new Error('the gate listens nowhere');
  const messages = demoCases(EDGE, new Date());
  const connection = await connectTo(gate);
  const results: DemoResult[] = [];
  for (const message of messages) {
    if (process.stderr.isTTY) process.stderr.write(`\r${results.length + 1} of ${messages.length} messages`);
    const start = performance.now();
    const { code, lines } = await send(connection, message);
    const ms = performance.now() - start;
    const decision = decisions.get(messageIdOf(message)) ?? null;
    results.push({ message, decision, code, reply: lines.join(' '), ms });
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  connection.quit();
  return results;
}

function messageIdOf({ bytes }: DemoCase): string {
  return /^Message-ID:\s*<([^>]*)>/im.exec(bytes.toString('latin1'))?.[1] ?? '';
}

function verdictCounts(results: readonly DemoResult[]): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const { decision } of results) {
    if (decision !== null) counts[decision.verdict] = (counts[decision.verdict] ?? 0) + 1;
  }
  return counts;
}

async function tell(
  results: readonly DemoResult[],
  found: Account,
  service: Service,
  file: string,
  kept: boolean,
): Promise<void> {
  for (const line of resultLines(results)) console.log(line);
  const { sent, delivered, held, refused, lost } = found;
  console.log(`\n${sent} sent: ${delivered} delivered, ${held} held, ${refused} refused, ${lost} lost`);
  console.log(`delivered mail   ${DEMO_FOLDER}/mail`);
  const metrics = await saveMetrics(service);
  console.log(`metrics          ${metrics}`);
  console.log(`quarantine       npx postern quarantine list --config ${relativeTo(file)}`);
  if (!kept) return;
  console.log(
    `gate             ${service.addresses.map(({ address, port }) => `${address}:${port}`).join(', ')}`,
  );
  console.log('running until Ctrl-C');
}

/** The page of metrics as it stands at the end, since the server goes with the demo. */
async function saveMetrics({ observe }: Service): Promise<string> {
  if (observe === null) return 'turned off';
  const url = `http://${observe.host}:${observe.port}/metrics`;
  const file = `${DEMO_FOLDER}/metrics.txt`;
  await writeFile(file, await (await fetch(url)).text());
  return `${url}, kept as ${file}`;
}

function relativeTo(file: string): string {
  return file.startsWith(`${process.cwd()}/`) ? file.slice(process.cwd().length + 1) : file;
}
