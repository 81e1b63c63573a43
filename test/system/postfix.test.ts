import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../describe-with.ts';
import { letters } from './corpora.ts';
import { type Flow, INBOX, OUTSIDE, type Result, runFlow, startFlow, WAYS } from './postfix-flow.ts';
import { sendAll } from './send-all.ts';
import { postfixRequirement } from './servers/postfix.ts';
import { createSigner } from './signing.ts';
import { SmtpClient } from './smtp-client.ts';

const COUNT = 500;
/** Letters for people whom Postfix does not know. */
const UNKNOWN = 10;
/** Names that no run uses, for tests of single dialogues. */
const EXTRA = ['extra1', 'extra2', 'extra3', 'extra4'];
const FLOW_LIMIT_MS = 600_000;

const signer = createSigner();

for (const way of WAYS)
  describeWith(postfixRequirement, `Postfix and Postern, ${way}`, () => {
    let flow: Flow;
    let result: Result;
    const signedBefore: string[] = [];

    beforeAll(async () => {
      const found = await letters(COUNT, INBOX);
      const signed = await Promise.all(found.letters.map((letter) => signer.sign(letter)));
      for (const { id, raw } of signed) if (await signer.verifies(raw)) signedBefore.push(id);
      const known = signed.slice(UNKNOWN).map(({ id }) => id);
      flow = await startFlow(way, [...known, ...EXTRA]);
      result = await runFlow(flow, signed);
    }, FLOW_LIMIT_MS);

    afterAll(() => flow?.stop());

    it('accounts for every message: sent is delivered and held and refused', () => {
      const { sent, delivered, held, refused, lostIds, unanswered, duplicated, contradicted } =
        result.accounts;
      expect(lostIds).toEqual([]);
      expect({ unanswered, duplicated, contradicted }).toEqual({
        unanswered: 0,
        duplicated: [],
        contradicted: [],
      });
      expect(delivered + held + refused).toBe(sent);
      expect(sent).toBe(COUNT);
      expect(delivered).toBeGreaterThan(0);
    });

    it('refuses recipients whom Postfix does not know, in the words of Postfix', () => {
      const unknown = result.refusals.filter((refusal) => refusal.includes('550 5.1.1'));
      expect(unknown).toHaveLength(UNKNOWN);
      for (const refusal of unknown) expect(refusal).toContain('User unknown');
    });

    it('delivers what was sent, byte for byte but for headers put before it', () => {
      expect(result.alteredByPostern).toEqual([]);
      expect(result.exact).toBeGreaterThan(result.alteredByPostfix.length);
    });

    it('leaves every DKIM signature good that was good before', async () => {
      const delivered = signedBefore.filter((id) => result.messages.has(id));
      const broken: string[] = [];
      for (const id of delivered) {
        const after = result.messages.get(id);
        if (after === undefined || !(await signer.verifies(after))) broken.push(id);
      }
      // What Postfix itself drops, it may break; nothing else may.
      expect(broken.filter((id) => !result.alteredByPostfix.includes(id))).toEqual([]);
      expect(delivered.length).toBeGreaterThan(result.accounts.delivered / 2);
    });

    it('says its verdict in every delivered message', () => {
      expect(result.accounts.verdicts.none).toBeUndefined();
    });

    it('counts in its metrics what the sender was told', async () => {
      const counted = [...(await flow.postern.metrics()).matchAll(/^postern_messages_total\{.*\} (\d+)$/gm)];
      const total = counted.reduce((sum, [, value]) => sum + Number(value), 0);
      expect(total).toBe(COUNT - UNKNOWN);
    });

    it('tells Postfix the address of the true client', async () => {
      const client = await SmtpClient.open(flow.doorPort, OUTSIDE);
      await client.command('MAIL FROM:<someone@sender.example>');
      await client.command(`RCPT TO:<extra1@${INBOX}>`);
      const reply = await client.data(
        Buffer.from(
          `${headers('extra1', 'lunch')}\r\nHello, shall we meet for lunch at noon?\r\n\r\nAnna\r\n`,
        ),
      );
      client.close();
      expect(reply.code).toBe(250);
      await flow.postfix.drained();
      expect(String((await flow.postfix.delivered('extra1'))[0])).toContain(`[${OUTSIDE}]`);
    });

    it('does not relay to foreign domains', async () => {
      const client = await SmtpClient.open(flow.doorPort, OUTSIDE);
      await client.command('MAIL FROM:<someone@sender.example>');
      const reply = await client.command('RCPT TO:<victim@elsewhere.example>');
      client.close();
      expect(reply.text).toMatch(/^[45]54 [45]\.7\.1 .*Relay access denied/);
    });

    it('delivers one message at most where a bare line feed hides another', async () => {
      const client = await SmtpClient.open(flow.doorPort, OUTSIDE);
      await client.command('MAIL FROM:<someone@sender.example>');
      await client.command(`RCPT TO:<extra2@${INBOX}>`);
      await client.command('DATA');
      const reply = await client.raw(
        `${headers('extra2', 'first')}\r\nHello, this is the first.\r\n\r\nAnna\n.\r\n` +
          `MAIL FROM:<boss@${INBOX}>\r\nRCPT TO:<extra3@${INBOX}>\r\nDATA\r\n` +
          'Subject: smuggled\r\n\r\npay\r\n.\r\n',
      );
      client.close();
      await flow.postfix.drained();
      expect(await flow.postfix.delivered('extra3')).toEqual([]);
      expect(await flow.postfix.delivered('extra2')).toHaveLength(reply.code === 250 ? 1 : 0);
    });

    it('has a return port that refuses bare line feeds from Postern itself', async () => {
      const client = await SmtpClient.open(flow.returnPort);
      await client.command('MAIL FROM:<someone@sender.example>');
      await client.command(`RCPT TO:<extra4@${INBOX}>`);
      await client.command('DATA');
      const reply = await client.raw('Subject: bare\n\nbody\r\n.\r\n');
      client.close();
      expect(reply.code).toBeGreaterThanOrEqual(500);
      expect(reply.text).toMatch(/bare <LF>/);
    });

    // The last one: it takes the gate away.
    it('leaves the message with the sender when the gate is gone', async () => {
      await flow.postern.kill();
      const raw = Buffer.from(`${headers('extra1', 'later')}\r\nText\r\n`);
      const letter = { id: 'gone', mailFrom: 'a@sender.example', recipient: `extra1@${INBOX}`, raw };
      const [outcome] = await sendAll([letter], { port: flow.doorPort, connections: 1 });
      expect(outcome?.state).toBe('unanswered');
      expect(await flow.postfix.delivered('extra1')).toHaveLength(1);
    });
  });

/** Headers as a mail program writes them: a message without looks odd, and odd mail from strangers may be held. */
function headers(recipient: string, subject: string): string {
  return [
    'From: Anna Someone <someone@sender.example>',
    `To: ${recipient}@${INBOX}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${subject}.1@sender.example>`,
    `Subject: ${subject}`,
    '',
  ].join('\r\n');
}
