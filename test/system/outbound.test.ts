import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeWith } from '../describe-with.ts';
import { freePort } from './servers/ports.ts';
import { type Postern, startPostern } from './servers/postern.ts';
import { type Postfix, postfixRequirement, startPostfix } from './servers/postfix.ts';
import { until } from './servers/wait.ts';
import { SmtpClient } from './smtp-client.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'deploy', 'postfix');
const ADA = 'ada@ours.example';
const BOB = 'bob@partner.example';
/** Not among the clients of the sample. */
const STRANGER = '127.0.0.9';

describeWith(postfixRequirement, 'Postfix whose submission passes through Postern', () => {
  let directory: string;
  let postfix: Postfix;
  let postern: Postern;
  let door: number;
  let through: number;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-submission-'));
    // Postfix gives up its rights, and still has to find its folders below.
    await chmod(directory, 0o755);
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const [, , back] = ports;
    [door, through] = ports;
    const sample = async (name: string) =>
      (await readFile(join(SAMPLES, name), 'utf8'))
        .replaceAll('10028', String(through))
        .replaceAll('10029', String(back));
    // There is neither a certificate nor a server for logins here; all else is the sample.
    const master = (await sample('submission.master.cf'))
      .replace(/^submission inet/m, `127.0.0.1:${door} inet`)
      .replace('tls_security_level=encrypt', 'tls_security_level=none')
      .replace('sasl_auth_enable=yes', 'sasl_auth_enable=no');
    postfix = await startPostfix({
      directory: join(directory, 'postfix'),
      master,
      main: `${await sample('main.cf')}\nmynetworks = 127.0.0.1/32\n`,
      ports: [back],
      hostname: 'mail.ours.test',
      domain: 'partner.example',
      recipients: ['bob'],
    });
    postern = await startPostern({
      directory: join(directory, 'postern'),
      nextHopPort: back,
      // Nothing is judged here.
      settings: { ...parse(await sample('submission.postern.yaml')), detect: { model: null } },
    });
  }, 240_000);
  afterAll(async () => {
    await postern?.stop();
    await postfix?.stop();
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  async function send(port: number, from: string, to: string, client = '127.0.0.1') {
    const smtp = await SmtpClient.open(port, client);
    let reply = await smtp.command(`MAIL FROM:<${from}>`);
    if (reply.code === 250) reply = await smtp.command(`RCPT TO:<${to}>`);
    if (reply.code === 250) {
      const head = `From: ${ADA}\r\nTo: ${BOB}\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@ours.example>\r\n`;
      reply = await smtp.data(Buffer.from(`${head}Subject: Oak\r\n\r\nTwo planks, please.\r\n..\r\nAda\r\n`));
    }
    smtp.close();
    return reply;
  }

  it('delivers mail as it was written, without a verdict, and remembers to whom', {
    timeout: 120_000,
  }, async () => {
    expect((await send(door, ADA, BOB)).code).toBe(250);
    await postfix.drained();
    const [message] = (await postfix.delivered('bob')).map(String);
    expect(message).toContain('(Postern) with ESMTP');
    expect(message).not.toContain('X-Postern');
    expect(message?.slice(message.indexOf('\n\n'))).toBe('\n\nTwo planks, please.\n..\nAda\n');
    await until('the memory knows it', async () => {
      const shown = await postern.command('reputation', 'show', BOB, '--json').catch(() => '{"keys":[]}');
      const keys: { key: string; outbound: number }[] = JSON.parse(shown).keys;
      return keys.some(({ key, outbound }) => key === `wrote:${ADA}>${BOB}` && outbound > 0.9);
    });
    expect(await postern.metrics()).toContain('postern_connections{gate="outbound"}');
  });

  it('gives the user the words of Postfix where a recipient is refused', async () => {
    expect((await send(door, ADA, 'nobody@partner.example')).text).toContain('User unknown');
  });

  it('relays for nobody else', async () => {
    expect(await send(through, ADA, BOB, STRANGER)).toMatchObject({ code: 550 });
  });
});
