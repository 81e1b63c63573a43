import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Sink, startSink } from '../../src/gate/sink.ts';
import { describeWith } from '../describe-with.ts';
import { takeApart } from './delivered-message.ts';
import { miltertest, miltertestRequirement } from './servers/miltertest.ts';
import { freePort } from './servers/ports.ts';
import { type Postern, type Settings, startPostern } from './servers/postern.ts';
import { type Postfix, postfixRequirement, startPostfix } from './servers/postfix.ts';
import { createSigner } from './signing.ts';
import { SmtpClient, type SmtpReply } from './smtp-client.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'deploy', 'postfix');
const OUTSIDE = '127.0.0.9';
/** What happens to mail is up to the domain of the recipient: no test depends on what a model thinks. */
const POLICY = {
  domains: {
    'accept.example': { tag: null, quarantine: null, reject: null },
    'tag.example': { tag: 0, quarantine: null, reject: null },
    'hold.example': { tag: 0, quarantine: 0, reject: null },
    'refuse.example': { tag: 0, quarantine: 0, reject: 0 },
  },
  subjectPrefix: null,
};
const DOMAINS = Object.keys(POLICY.domains);
const NAMES = ['anna', 'bela', 'cora', 'dora', 'emma', 'fred', 'gina'];
const DEFERS = { clamd: { address: '127.0.0.1:1' }, failures: { clamd: 'defer' } };

/** Postern loads its models anew. */
const RESTART_LIMIT_MS = 120_000;

interface Way {
  readonly postfix: Postfix;
  readonly directory: string;
  readonly door: number;
  readonly milter: number;
  start(settings?: Settings): Promise<Postern>;
}

/** Postfix from the very files of deploy/postfix; only ports and paths differ. */
async function startWay(): Promise<Way> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-milter-'));
  // Postfix gives up its rights, and still has to find its folders below.
  await chmod(directory, 0o755);
  const [door, milter, back] = [await freePort(), await freePort(), await freePort()];
  const sample = (name: string) => readFile(join(SAMPLES, name), 'utf8');
  const withPorts = (text: string) =>
    text.replaceAll(':10027', `:${milter}`).replaceAll(/(:|port: )10026/g, `$1${back}`);
  const main = withPorts(`${await sample('main.cf')}\n${await sample('milter.main.cf')}`);
  const postfix = await startPostfix({
    directory: join(directory, 'postfix'),
    master: `127.0.0.1:${door} inet n - n - - smtpd\n${withPorts(await sample('milter.master.cf'))}`,
    main: `${main}\nvirtual_mailbox_domains = ${DOMAINS.join(' ')}\n`,
    ports: [back],
    hostname: 'next.test',
    domain: 'accept.example',
    recipients: DOMAINS.flatMap((domain) => NAMES.map((name) => `${name}@${domain}`)),
  });
  const own: Settings = parse(withPorts(await sample('milter.postern.yaml')));
  const start = (settings: Settings = {}) =>
    startPostern({
      directory: join(directory, 'postern'),
      nextHopPort: back,
      settings: { ...own, policy: POLICY, ...settings },
    });
  return { postfix, directory, door, milter, start };
}

function message(subject: string, ...fields: string[]): Buffer {
  const lines = [
    ...fields,
    'From: Anna Someone <someone@sender.example>',
    'To: undisclosed-recipients:;',
    'Date: Mon, 02 Mar 2026 09:00:00 +0000',
    `Message-ID: <${subject}.1@sender.example>`,
    `Subject:\t${subject}`,
    'X-Folded: one',
    '\ttwo  \tthree',
    'X-No-Blank:here',
    '',
    'Hello, shall we meet for lunch at noon?',
    '..',
    '',
    'Anna',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

async function send(port: number, to: readonly string[], raw: Buffer): Promise<SmtpReply> {
  const client = await SmtpClient.open(port, OUTSIDE);
  let reply = await client.command('MAIL FROM:<someone@sender.example>');
  for (const recipient of to) if (reply.code === 250) reply = await client.command(`RCPT TO:<${recipient}>`);
  if (reply.code === 250) reply = await client.data(raw);
  client.close();
  return reply;
}

describeWith(postfixRequirement, 'Postfix with Postern as its milter', () => {
  const signer = createSigner();
  let way: Way;
  let postern: Postern;

  beforeAll(async () => {
    way = await startWay();
    postern = await way.start();
  }, 120_000);
  afterAll(async () => {
    await postern?.stop();
    await way?.postfix.stop();
    if (way !== undefined) await rm(way.directory, { recursive: true });
  });

  async function delivered(address: string): Promise<Buffer[]> {
    await way.postfix.drained();
    return way.postfix.delivered(address);
  }

  it('delivers accepted mail byte for byte, with our headers on top, and its signature good', async () => {
    const letter = { id: 'a', mailFrom: '', recipient: '', raw: message('lunch') };
    const { raw } = await signer.sign(letter);
    expect((await send(way.door, ['anna@accept.example'], raw)).code).toBe(250);
    const [stored, ...more] = await delivered('anna@accept.example');
    expect(more).toEqual([]);
    const { added, message: whole, verdict } = takeApart(stored ?? Buffer.alloc(0));
    expect(whole.toString('latin1')).toBe(raw.toString('latin1'));
    expect(verdict).toBe('accept');
    expect(added.indexOf('x-postern-verdict')).toBeLessThan(added.indexOf('received'));
    expect(await signer.verifies(whole)).toBe(true);
  });

  it('marks what is tagged', async () => {
    expect((await send(way.door, ['anna@tag.example'], message('tagged'))).code).toBe(250);
    const [stored] = await delivered('anna@tag.example');
    expect(takeApart(stored ?? Buffer.alloc(0)).verdict).toBe('tag');
  });

  it('A8 delivers none of our headers that came from outside', async () => {
    const forged = [
      'X-Postern-Verdict: accept; forged=1',
      'Authentication-Results: postern.example; dkim=pass header.d=forged.example',
      'Authentication-Results: elsewhere.example; spf=pass',
      'X-Postern-Reasons: forged',
      'X-POSTERN-Verdict: accept; forged=2',
      'Authentication-Results: (so) "postern.example" 1; dmarc=pass forged=3',
    ];
    const raw = message('forged', ...forged);
    expect((await send(way.door, ['bela@tag.example'], raw)).code).toBe(250);
    const [stored] = await delivered('bela@tag.example');
    const text = String(stored);
    expect(text).not.toContain('forged=');
    expect(text).not.toContain('header.d=forged.example');
    expect(text).not.toContain('X-Postern-Reasons: forged');
    expect(text).toContain('Authentication-Results: elsewhere.example; spf=pass');
    expect(text.match(/^X-Postern-Verdict:/gim)).toHaveLength(1);
    const kept = raw.toString('latin1').slice(raw.indexOf('From: Anna'));
    expect(text.replaceAll('\n', '\r\n')).toContain(kept);
  });

  it('refuses what is rejected, in our words, and delivers nothing', async () => {
    const reply = await send(way.door, ['anna@refuse.example'], message('refused'));
    expect(reply.text).toMatch(/^550 5\.7\.1 Message refused by policy \([0-9A-Z]{23}\)/);
    expect(await delivered('anna@refuse.example')).toEqual([]);
  });

  it('holds what is to be held, releases it to Postfix, and does not judge it again', async () => {
    const raw = message('held');
    expect((await send(way.door, ['anna@hold.example'], raw)).code).toBe(250);
    expect(await delivered('anna@hold.example')).toEqual([]);
    const held = (await postern.held()).filter(({ recipients }) => recipients.includes('anna@hold.example'));
    expect(held).toHaveLength(1);
    expect(held[0]?.envelope).toMatchObject({ clientIp: OUTSIDE, mailFrom: 'someone@sender.example' });
    const shown = await postern.command('quarantine', 'show', held[0]?.id ?? '', '--raw');
    expect(shown).toBe(raw.toString('latin1'));
    await postern.command('quarantine', 'release', held[0]?.id ?? '');
    const [stored, ...more] = await delivered('anna@hold.example');
    expect(more).toEqual([]);
    expect(takeApart(stored ?? Buffer.alloc(0)).message.toString('latin1')).toBe(raw.toString('latin1'));
  });

  it('delivers to those who may have it, and holds for the others', async () => {
    const to = ['bela@hold.example', 'bela@accept.example', 'bela@refuse.example', 'cora@accept.example'];
    expect((await send(way.door, to, message('several'))).code).toBe(250);
    expect(await delivered('bela@accept.example')).toHaveLength(1);
    expect(await delivered('cora@accept.example')).toHaveLength(1);
    expect(await delivered('bela@hold.example')).toEqual([]);
    expect(await delivered('bela@refuse.example')).toEqual([]);
    const held = (await postern.held()).filter(({ recipients }) => recipients.includes('bela@hold.example'));
    expect(held.map(({ recipients }) => [...recipients].sort())).toEqual([
      ['bela@hold.example', 'bela@refuse.example'],
    ]);
  });

  it('M4 takes several messages of one connection, also after RSET', async () => {
    const client = await SmtpClient.open(way.door, OUTSIDE);
    await client.command('MAIL FROM:<someone@sender.example>');
    await client.command('RCPT TO:<dora@hold.example>');
    await client.command('RSET');
    for (const name of ['dora', 'emma']) {
      await client.command('MAIL FROM:<someone@sender.example>');
      await client.command(`RCPT TO:<${name}@accept.example>`);
      expect((await client.data(message(`to-${name}`))).code).toBe(250);
    }
    client.close();
    expect(await delivered('dora@accept.example')).toHaveLength(1);
    expect(await delivered('emma@accept.example')).toHaveLength(1);
    expect((await postern.held()).flatMap(({ recipients }) => recipients)).not.toContain('dora@hold.example');
  });

  it('judges mail of the sendmail command, which has no client', async () => {
    await way.postfix.sendmail('daemon@next.test', ['fred@tag.example'], lf(message('cron')));
    const [stored] = await delivered('fred@tag.example');
    expect(takeApart(stored ?? Buffer.alloc(0)).verdict).toBe('tag');
    await way.postfix.sendmail('daemon@next.test', ['fred@hold.example'], lf(message('cron-held')));
    expect(await delivered('fred@hold.example')).toEqual([]);
    const held = (await postern.held()).find(({ recipients }) => recipients.includes('fred@hold.example'));
    expect(held?.envelope).toMatchObject({ clientIp: null, clientName: null, helo: null });
  });

  it('takes large mail through a file, whole', async () => {
    const text = `${'0123456789'.repeat(7)}\r\n`.repeat(40_000);
    const raw = Buffer.concat([message('large'), Buffer.from(text)]);
    expect((await send(way.door, ['gina@accept.example'], raw)).code).toBe(250);
    const [stored] = await delivered('gina@accept.example');
    expect(takeApart(stored ?? Buffer.alloc(0)).message.equals(raw)).toBe(true);
  });

  it('counts in its metrics and writes in its ledger that it was the milter', async () => {
    expect(await postern.metrics()).toMatch(
      /^postern_messages_total\{gate="milter",verdict="tag",.*\} \d+$/m,
    );
    const held = (await postern.held())[0];
    expect(await postern.command('explain', held?.id ?? '')).toMatch(/Verdict {3}quarantine/);
  });

  it(
    'M9 has mail deferred that cannot be judged now',
    async () => {
      await postern.stop();
      postern = await way.start(DEFERS);
      const reply = await send(way.door, ['cora@tag.example'], message('deferred'));
      expect(reply.text).toMatch(/^451 4\.7\.1 Message cannot be judged now, try again later/);
      expect(await delivered('cora@tag.example')).toEqual([]);
    },
    RESTART_LIMIT_MS,
  );

  it(
    'keeps held mail in the hold queue of Postfix where that is configured',
    async () => {
      await postern.stop();
      const milter = { listen: [`127.0.0.1:${way.milter}`], quarantine: 'mta' };
      postern = await way.start({ milter });
      const before = (await postern.held()).length;
      expect((await send(way.door, ['gina@hold.example'], message('hold-queue'))).code).toBe(250);
      await expect.poll(() => way.postfix.onHold()).toHaveLength(1);
      expect(await way.postfix.delivered('gina@hold.example')).toEqual([]);
      expect(await postern.held()).toHaveLength(before);
    },
    RESTART_LIMIT_MS,
  );

  // The last one: it takes the milter away.
  it('leaves the mail with the sender when Postern is gone', async () => {
    await postern.kill();
    const reply = await send(way.door, ['gina@tag.example'], message('later'));
    expect(reply.code).toBe(451);
    expect(await way.postfix.delivered('gina@tag.example')).toEqual([]);
  });
});

describeWith(miltertestRequirement, 'miltertest against Postern', () => {
  let directory: string;
  let sink: Sink;
  let postern: Postern;
  let port: number;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-miltertest-'));
    port = await freePort();
    sink = await startSink({ directory: join(directory, 'sink') });
    const milter = { listen: [`127.0.0.1:${port}`] };
    // Both ways in at once.
    postern = await startPostern({
      directory,
      nextHopPort: sink.port,
      settings: { milter, policy: POLICY },
    });
  }, 120_000);
  afterAll(async () => {
    await postern?.stop();
    await sink?.close();
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  const letter = (recipient: string, more = '') => `
    mt.macro(conn, SMFIC_MAIL, "i", "4F2", "{auth_type}", "")
    continues("MAIL", mt.mailfrom(conn, "<someone@sender.example>"))
    continues("RCPT", mt.rcptto(conn, "<${recipient}>"))
    ok("From", mt.header(conn, "From", " Anna <someone@sender.example>"))
    ok("Subject", mt.header(conn, "Subject", " lunch"))
    ${more}
    ok("EOH", mt.eoh(conn))
    continues("body", mt.bodystring(conn, "Hello, shall we meet for lunch?\\r\\n"))
    ok("end", mt.eom(conn))
  `;
  const greeted = 'continues("connection", mt.conninfo(conn, "mail.sender.example", "192.0.2.7"))';

  it('M3 agrees with it, and adds headers', async () => {
    await miltertest(
      port,
      `${greeted}
      check("asks to add headers", mt.test_action(conn, SMFIF_ADDHDRS))
      check("asks to change headers", mt.test_action(conn, SMFIF_CHGHDRS))
      check("does not ask for the body", not mt.test_action(conn, SMFIF_CHGBODY))
      ${letter('anna@tag.example')}
      check("accepted", mt.getreply(conn) == SMFIR_ACCEPT)
      check("has a verdict on top", mt.eom_check(conn, MT_HDRINSERT, "X-Postern-Verdict"))
      check("says tag", string.find(mt.getheader(conn, "X-Postern-Verdict", 0), "tag;", 1, true) ~= nil)
      check("has results", mt.eom_check(conn, MT_HDRINSERT, "Authentication-Results"))
      check("leaves the body", not mt.eom_check(conn, MT_BODYCHANGE))
      mt.disconnect(conn)`,
    );
  });

  it('deletes forged headers', async () => {
    await miltertest(
      port,
      `${greeted}
      ${letter('anna@tag.example', 'ok("forged", mt.header(conn, "X-Postern-Verdict", " accept"))')}
      check("deleted", mt.eom_check(conn, MT_HDRDELETE, "X-Postern-Verdict"))
      mt.disconnect(conn)`,
    );
  });

  it('refuses with a reply code', async () => {
    await miltertest(
      port,
      `${greeted}
      ${letter('anna@refuse.example')}
      check("reply", mt.getreply(conn) == SMFIR_REPLYCODE)
      check("nothing is added", not mt.eom_check(conn, MT_HDRINSERT))
      mt.disconnect(conn)`,
    );
  });

  it('M4 holds a message, and takes another after ABORT on the same connection', async () => {
    await miltertest(
      port,
      `${greeted}
      continues("MAIL", mt.mailfrom(conn, "<first@sender.example>"))
      ok("abort", mt.abort(conn))
      ${letter('anna@hold.example')}
      check("discarded", mt.getreply(conn) == SMFIR_DISCARD)
      ${letter('anna@accept.example')}
      check("accepted", mt.getreply(conn) == SMFIR_ACCEPT)
      mt.disconnect(conn)`,
    );
    const held = await postern.held();
    expect(held.map(({ envelope }) => [envelope.clientIp, envelope.mailFrom])).toEqual([
      ['192.0.2.7', 'someone@sender.example'],
    ]);
  });

  it('M3 speaks version 2 with a mail server that has no other', async () => {
    await miltertest(
      port,
      `ok("negotiation", mt.negotiate(conn, 2, 63, 127))
      ${greeted}
      ${letter('anna@tag.example').replaceAll('ok("', 'continues("').replace('continues("end"', 'ok("end"').replace('continues("abort"', 'ok("abort"')}
      check("accepted", mt.getreply(conn) == SMFIR_ACCEPT)
      check("has a verdict on top", mt.eom_check(conn, MT_HDRINSERT, "X-Postern-Verdict"))
      mt.disconnect(conn)`,
    );
  });

  it('goes on when it leaves without a word', async () => {
    await miltertest(port, `${greeted}\nmt.disconnect(conn, false)`);
    await miltertest(port, `${greeted}\n${letter('anna@accept.example')}\nmt.disconnect(conn)`);
  });
});

/** As programs of the host write it. */
function lf(raw: Buffer): Buffer {
  return Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
