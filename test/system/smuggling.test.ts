import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../describe-with.ts';
import { Chat } from '../gate/support/chat.ts';
import { type Cut, cuts, END_OF_DATA_VARIANTS } from '../gate/support/end-of-data.ts';
import { startHarness } from '../gate/support/harness.ts';
import { freePort } from './servers/ports.ts';
import { type Postfix, postfixRequirement, startPostfix } from './servers/postfix.ts';

const INBOX = 'inbox.example';
/** Postfix as it was before CVE-2023-51764, and as it is set up in our samples. */
const SETTINGS = { lenient: 'no', strict: 'reject' } as const;
const LIMIT = 4_000;
const HEAD = 'Subject: one\r\nFrom: a@example.org\r\n\r\nfirst';
const RUN_LIMIT_MS = 180_000;

describeWith(postfixRequirement, 'smuggling through the gate into a real Postfix', () => {
  let directory: string;
  let postfix: Postfix;
  const ports = { lenient: 0, strict: 0 };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-smuggling-'));
    await chmod(directory, 0o755);
    for (const kind of ['lenient', 'strict'] as const) ports[kind] = await freePort();
    const listeners = (['lenient', 'strict'] as const).map(
      (kind) => `127.0.0.1:${ports[kind]} inet n - n - - smtpd
  -o smtpd_forbid_bare_newline=${SETTINGS[kind]}
  -o smtpd_forbid_bare_newline_exclusions=`,
    );
    const recipients = ['lenient', 'strict', 'late'].concat(
      END_OF_DATA_VARIANTS.flatMap((_, index) => [`lenient${index}`, `strict${index}`]),
      'eve',
    );
    postfix = await startPostfix({
      directory: join(directory, 'postfix'),
      master: listeners.join('\n'),
      ports: [ports.lenient, ports.strict],
      hostname: 'next.test',
      domain: INBOX,
      recipients,
    });
  }, RUN_LIMIT_MS);

  afterAll(async () => {
    await postfix?.stop();
    await rm(directory, { recursive: true });
  });

  async function send(chat: Chat, to: string, { first, rest }: Cut): Promise<string> {
    for (const command of ['MAIL FROM:<a@example.org>', `RCPT TO:<${to}@${INBOX}>`, 'DATA'])
      expect(await chat.say(command)).toMatch(/^[23]/);
    chat.write(first);
    await new Promise((resolve) => setImmediate(resolve));
    chat.write(rest);
    return chat.say('.');
  }

  it.each(['lenient', 'strict'] as const)(
    'S1 no variant before the size limit makes two messages (%s Postfix)',
    async (kind) => {
      const { hello } = await startHarness({ nextHop: { port: ports[kind] } });
      const chat = await hello();
      for (const [index, variant] of END_OF_DATA_VARIANTS.entries()) {
        for (const message of cuts(HEAD, variant))
          expect(await send(chat, `${kind}${index}`, message), variant).toMatch(/^250 /);
      }
      await postfix.drained();
      for (const [index, variant] of END_OF_DATA_VARIANTS.entries()) {
        const delivered = await postfix.delivered(`${kind}${index}`);
        expect(delivered, JSON.stringify(variant)).toHaveLength(variant.length + 1);
        // Whole: what was to be a second message is the end of the first one's text.
        for (const message of delivered)
          expect(message.toString('latin1').trimEnd()).toMatch(/^Subject: evil\n\nevil$/m);
      }
      expect(await postfix.delivered('eve')).toEqual([]);
    },
    RUN_LIMIT_MS,
  );

  it.each(['lenient', 'strict'] as const)(
    'S1 no variant after the size limit makes any (%s Postfix)',
    async (kind) => {
      const { hello } = await startHarness({
        nextHop: { port: ports[kind] },
        gate: { maxMessageBytes: LIMIT },
      });
      const chat = await hello();
      for (const variant of END_OF_DATA_VARIANTS) {
        for (const message of cuts(HEAD.padEnd(LIMIT + 1, 'x'), variant))
          expect(await send(chat, 'late', message)).toMatch(/^552 5\.3\.4 /);
      }
      await postfix.drained();
      expect(await postfix.delivered('late')).toEqual([]);
      expect(await postfix.delivered('eve')).toEqual([]);
    },
    RUN_LIMIT_MS,
  );

  it('S1 the lenient Postfix alone is fooled: the attack that is tried here is one', async () => {
    const chat = await Chat.hello(ports.lenient);
    const [whole] = cuts(HEAD, '\n.\n').slice(-1);
    if (whole === undefined) throw new Error('no message');
    expect(await send(chat, 'lenient', whole)).toMatch(/^250 /);
    await postfix.drained();
    // In four lines of its own: the reply to the first dot was read above.
    for (const code of [/^250 /, /^250 /, /^354 /, /^250 /]) expect(await chat.reply()).toMatch(code);
    await postfix.drained();
    expect(await postfix.delivered('lenient')).toHaveLength(1);
    expect(await postfix.delivered('eve')).toHaveLength(1);
  });
});
