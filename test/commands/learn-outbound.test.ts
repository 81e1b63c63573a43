import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foundIn } from '../../src/commands/learn-outbound/sources.ts';
import { postern, rows } from './run.ts';

const NOW = new Date('2026-03-02T12:00:00Z');

let folder: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'learn-outbound-'));
  config = join(folder, 'postern.yaml');
  configure({ ownDomains: ['ours.example'] });
});
afterEach(() => rmSync(folder, { recursive: true }));

function configure(identity: Record<string, unknown>) {
  const reputation = { file: join(folder, 'memory.sqlite') };
  writeFileSync(config, JSON.stringify({ identity, reputation }));
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

async function found(...paths: string[]) {
  const all = [];
  const clients = ['127.0.0.0/8', '10.0.0.0/8'];
  for await (const each of foundIn(paths, { clients, now: NOW })) all.push(each);
  return all;
}

/** The lines of one message as Postfix writes them. */
function logged(
  id: string,
  {
    client = 'desk.ours.example[192.0.2.7], sasl_method=PLAIN, sasl_username=ada',
    service = 'postfix/submission/smtpd',
    from = 'ada@ours.example',
    to = ['bob@partner.example'] as readonly string[],
    count = 1,
    status = 'sent',
    relay = 'mx.partner.example[198.51.100.9]:25',
    removed = true,
  } = {},
): string {
  const head = (program: string) => `2026-03-01T10:00:00.123456+00:00 mail ${program}[77]: ${id}: `;
  return [
    `${head(service)}client=${client}`,
    `${head('postfix/cleanup')}message-id=<1@ours.example>`,
    `${head('postfix/qmgr')}from=<${from}>, size=900, nrcpt=${count} (queue active)`,
    ...to.map(
      (address) =>
        `${head('postfix/smtp')}to=<${address}>, relay=${relay}, delay=0.5, delays=0.1/0/0.2/0.2, dsn=2.0.0, status=${status} (250 ok)`,
    ),
    ...(removed ? [`${head('postfix/qmgr')}removed`] : []),
    '',
  ].join('\n');
}

const message = (over: Record<string, string> = {}) =>
  `${Object.entries({
    From: 'Ada <ada@ours.example>',
    To: 'Bob <bob@partner.example>, cleo@partner.example',
    Date: 'Sun, 1 Mar 2026 10:00:00 +0100',
    Subject: 'Oak',
    ...over,
  })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n\nTwo planks.\n`;

describe('Postfix logs', () => {
  it('joins client, sender and recipients by queue id, also where messages interleave', async () => {
    const [a, b] = [logged('AAAAA1'), logged('4c9XyZ0Bqz1x', { from: 'eve@ours.example' })].map((text) =>
      text.split('\n'),
    );
    const mixed = (a ?? []).flatMap((line, at) => [line, b?.[at] ?? '']).join('\n');
    expect(await found(file('mail.log', mixed))).toEqual(
      ['ada@ours.example', 'eve@ours.example'].map((sender) => ({
        at: new Date('2026-03-01T10:00:00.123Z'),
        senders: [sender],
        recipients: ['bob@partner.example'],
        recipientCount: 1,
        automatic: false,
      })),
    );
  });

  it('reads packed logs, and a message that goes on in the next file', async () => {
    const lines = logged('AAAAA1').split('\n');
    const older = file('mail.log.1.gz', `kernel: other\n${lines.slice(0, 3).join('\n')}\n`);
    const newer = file('mail.log', `${lines.slice(3).join('\n')}\n`);
    expect(await found(older, newer)).toMatchObject([{ recipients: ['bob@partner.example'] }]);
  });

  it('counts what was still in the queue at the end, once', async () => {
    const twice = logged('AAAAA1', { removed: false });
    expect(await found(file('mail.log', twice))).toHaveLength(1);
  });

  it.each([
    ['a stranger', { client: 'x[198.51.100.1]', service: 'postfix/smtpd' }, []],
    [
      'a stranger behind a filter',
      { client: 'l[127.0.0.1], orig_client=x[198.51.100.1]', service: 'postfix/smtpd' },
      [],
    ],
    ['a client of ours', { client: 'x[10.1.2.3]', service: 'postfix/smtpd' }, ['ada@ours.example']],
    [
      'a user who logged in',
      { client: 'x[198.51.100.1], sasl_username=ada', service: 'postfix/smtpd' },
      ['ada@ours.example'],
    ],
    [
      'the port of submission',
      { client: 'x[198.51.100.1]', service: 'postfix/submissions/smtpd' },
      ['ada@ours.example'],
    ],
  ])('mail of %s', async (_who, how, senders) => {
    expect(await found(file('mail.log', logged('AAAAA1', how)))).toMatchObject([{ senders }]);
  });

  it('leaves out what was not delivered, and what went to a filter on this host', async () => {
    const text =
      logged('AAAAA1', { status: 'deferred' }) +
      logged('AAAAA2', { status: 'bounced' }) +
      logged('AAAAA3', { relay: '127.0.0.1[127.0.0.1]:10025' });
    expect(await found(file('mail.log', text))).toEqual([]);
  });

  it('gives times without a year the last one that has been', async () => {
    const classic = (day: string) => logged('AAAAA1').replaceAll(/^\S+(?= mail)/gm, day);
    const [march] = await found(file('a.log', classic('Mar  2 08:00:00')));
    const [april] = await found(file('b.log', classic('Apr 12 08:00:00')));
    expect([march, april]).toMatchObject([{ at: new Date(2026, 2, 2, 8) }, { at: new Date(2025, 3, 12, 8) }]);
  });

  it('takes a null sender for automatic', async () => {
    expect(await found(file('mail.log', logged('AAAAA1', { from: '' })))).toMatchObject([
      { automatic: true },
    ]);
  });

  it('refuses a file that is something else', async () => {
    await expect(found(file('notes.txt', 'Buy oak.\n'))).rejects.toThrow(
      'notes.txt: is neither a Postfix log',
    );
    await expect(found(join(folder, 'none'))).rejects.toThrow('none: cannot be read');
  });
});

describe('sent mail', () => {
  it('reads .eml files of a folder, and mbox files', async () => {
    mkdirSync(join(folder, 'Sent'));
    file('Sent/1.eml', message({ Cc: 'dan@other.example', Bcc: 'eli@other.example' }));
    const mbox = file(
      'Sent.mbox',
      `From ada Sun Mar  1 10:00:00 2026\n${message()}\nFrom ada Sun\n${message()}`,
    );
    const all = await found(join(folder, 'Sent'), mbox);
    expect(all).toHaveLength(3);
    expect(all[0]).toEqual({
      at: new Date('2026-03-01T09:00:00Z'),
      senders: ['ada@ours.example'],
      recipients: ['bob@partner.example', 'cleo@partner.example', 'dan@other.example', 'eli@other.example'],
      automatic: false,
    });
  });

  it('does not learn from a message without a date, or from the future', async () => {
    const paths = ['no date', 'Sun, 1 Mar 2026 99:00:00', 'Tue, 3 Mar 2026 10:00:00 +0000'].map((date, at) =>
      file(`${at}.eml`, message({ Date: date })),
    );
    expect(await found(...paths)).toEqual(['undated', 'undated', 'undated']);
  });
});

describe('postern learn-outbound', { timeout: 60_000 }, () => {
  const learn = (...args: string[]) => postern(['learn-outbound', ...args, '--config', config]);
  const written = async (key: string) => {
    const { stdout } = await postern(['reputation', 'show', key, '--json', '--config', config]);
    const keys = rows(stdout)[0]?.keys ?? [];
    return (keys as { readonly outbound: number }[])[0]?.outbound ?? 0;
  };

  it('learns pairs, addresses and organisations, and counts again what it is given again', async () => {
    const eml = file('1.eml', message({ Date: new Date().toUTCString() }));
    const first = await learn(eml);
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^ +1 messages learned from\n +2 pairs of us.*\nThe same mail again would/,
      ),
    });
    expect(await written('wrote:ada@ours.example>bob@partner.example')).toBeCloseTo(1, 2);
    expect(await written('wrotedomain:partner.example')).toBeCloseTo(1, 2);
    await learn(eml);
    expect(await written('wrote:bob@partner.example')).toBeCloseTo(2, 2);
  });

  it('counts alone where it is a dry run, and makes no memory', async () => {
    const eml = file('1.eml', message());
    const { code, stdout } = await learn(eml, '--dry-run', '--json');
    expect(code).toBe(0);
    expect(rows(stdout)[0]).toMatchObject({ messages: 1, pairs: 2, learned: false });
    expect((await postern(['reputation', 'show', 'bob@partner.example', '--config', config])).code).toBe(2);
  });

  it('says of each message why nothing is learned of it', async () => {
    const many = Array.from({ length: 51 }, (_, at) => `r${at}@partner.example`).join(', ');
    const paths = [
      file('1.eml', message({ From: 'eve@stranger.example' })),
      file('2.eml', message({ 'Auto-Submitted': 'auto-replied' })),
      file('3.eml', message({ To: many })),
      file('4.eml', message({ To: 'dan@sub.ours.example' })),
      file('5.eml', message({ Date: 'never' })),
      file('6.eml', message({ Date: 'Thu, 1 Jan 2026 10:00:00 +0000' })),
      file('mail.log', logged('AAAAA1', { count: 51 })),
    ];
    const { code, stdout } = await learn(...paths, '--since', '2026-02-01', '--json');
    expect(rows(stdout)[0]).toEqual({
      messages: 0,
      pairs: 0,
      notOurs: 1,
      automatic: 1,
      manyRecipients: 2,
      internal: 1,
      undated: 1,
      beforeSince: 1,
      learned: true,
    });
    expect(code).toBe(1);
  });

  it('says what it needs', async () => {
    const eml = file('1.eml', message());
    expect((await learn(eml, '--since', 'yesterday')).code).toBe(2);
    expect((await learn()).code).toBe(2);
    configure({});
    const { code, stderr } = await learn(eml);
    expect([code, stderr]).toEqual([2, expect.stringContaining('identity.ownDomains is not set')]);
    const help = await learn('--help');
    expect(help.stdout).toMatch(/counts\s+twice/);
    expect(help.stdout).toContain('Example:\n  postern learn-outbound');
  });
});
