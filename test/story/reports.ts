import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLedger } from '../../src/ledger/reader.ts';
import type { DecisionRecord, FeedbackRecord } from '../../src/ledger/record.ts';
import { SmtpClient } from '../system/smtp-client.ts';
import { posternOk } from './command.ts';
import { dateField } from './letter.ts';
import type { Setting } from './setting.ts';

/** What all three say that it is. */
export const REPORTED_AS = 'credential_phishing';

const LIMIT_MS = 20_000;
const PAUSE_MS = 100;

/** An administrator to whom somebody brought it gives the delivered copy to the command line. */
export async function byCommand(setting: Setting, { messageId }: DecisionRecord): Promise<void> {
  const file = join(setting.directory, 'brought.eml');
  await writeFile(file, await deliveredCopy(setting.sink.directory, messageId));
  await posternOk(
    { directory: setting.directory, configFile: setting.gate.configFile },
    ...['feedback', file, '--is', REPORTED_AS, '--actor', 'administrator', '--json'],
  );
}

/** Who got it forwards the delivered copy, as an attachment, to the mailbox for abuse. */
export async function byMailbox(setting: Setting, { messageId, envelope }: DecisionRecord): Promise<void> {
  const reporter = envelope.rcptTo[0] ?? '';
  const domain = reporter.slice(reporter.lastIndexOf('@') + 1);
  const copy = await deliveredCopy(setting.sink.directory, messageId);
  const report = forwarded(reporter, `abuse@${domain}`, copy);
  const client = await SmtpClient.open(setting.mailboxPort);
  try {
    for (const command of [`MAIL FROM:<${reporter}> BODY=8BITMIME`, `RCPT TO:<abuse@${domain}>`]) {
      const { code, text } = await client.command(command);
      if (code >= 300) throw new Error(`the mailbox said to ${command}: ${text}`);
    }
    const { code, text } = await client.data(report);
    if (code >= 300) throw new Error(`the mailbox did not take the report: ${text}`);
  } finally {
    client.close();
  }
}

/** Somebody at the help desk has a button for it: the delivered copy goes over HTTP. */
export async function byHttp(setting: Setting, { messageId }: DecisionRecord): Promise<void> {
  const copy = await deliveredCopy(setting.sink.directory, messageId);
  const response = await fetch(`http://127.0.0.1:${setting.httpPort}/v1/feedback`, {
    method: 'POST',
    headers: { authorization: `Bearer ${setting.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message: copy.toString('base64'), is: REPORTED_AS }),
  });
  if (!response.ok) throw new Error(`HTTP said ${response.status}: ${await response.text()}`);
}

async function deliveredCopy(folder: string, messageId: string): Promise<Buffer> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.eml')) continue;
    const bytes = await readFile(join(folder, name));
    if (bytes.includes(`Message-ID: <${messageId}>`)) return bytes;
  }
  throw new Error(`${messageId} was not delivered`);
}

function forwarded(from: string, to: string, attached: Buffer): Buffer {
  const boundary = '=_report_of_the_story';
  const head = [
    `From: <${from}>`,
    `To: <${to}>`,
    'Subject: FW: this looks wrong to me',
    `Date: ${dateField(Date.now())}`,
    `Message-ID: <report.${process.pid}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    'I know neither the sender nor the contract.',
    '',
    `--${boundary}`,
    'Content-Type: message/rfc822',
    'Content-Disposition: attachment; filename="forwarded.eml"',
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), attached, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

/** The feedback on these decisions, once the ledger has as much as there should be. */
export async function feedbackOn(
  ledger: string,
  decisions: readonly DecisionRecord[],
): Promise<readonly FeedbackRecord[]> {
  const ids = new Set(decisions.map(({ id }) => id));
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const found = new Map<string, FeedbackRecord>();
    for await (const record of readLedger(ledger, { kind: 'feedback' }))
      if (ids.has(record.id)) found.set(record.id, record);
    if (found.size === ids.size) return [...found.values()];
    if (Date.now() > deadline)
      throw new Error(
        `the ledger has feedback on ${found.size} of ${ids.size}, from ${[...found.values()].map(({ surface }) => surface).join(', ')}`,
      );
    await sleep(PAUSE_MS);
  }
}
