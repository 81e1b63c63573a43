import { describe, expect, it } from 'vitest';
import { addressOf, factsFrom, linkTo } from './message-factory.ts';

const header = (name: string, value: string) => ({ headers: [{ name, value }] });
const received = (...dates: string[]) => ({
  headers: dates.map((date) => ({ name: 'received', value: `from a by b; ${date}` })),
});

describe('the way in the header', () => {
  it('sees a client that calls itself by the name of the recipient, or ours', async () => {
    const ask = async (helo: string | null) =>
      (await factsFrom('headers', {}, { mail: { envelope: { helo, rcptTo: ['bo@rowan.example'] } } }))
        .heloClaimsRecipient;
    expect(await ask('mx.rowan.example')).toBe(true);
    expect(await ask('mail.birch.example')).toBe(true);
    expect(await ask('mx.alder.example')).toBe(false);
    expect(await ask('localhost')).toBe(false);
    expect(await ask(null)).toBe(null);
  });

  it('sees a hop that is dated more than a day before the one it came from', async () => {
    const ask = async (...dates: string[]) =>
      (await factsFrom('headers', received(...dates))).receivedBackwards;
    expect(await ask('Mon, 2 Mar 2026 09:00:00 +0000', 'Wed, 4 Mar 2026 09:00:00 +0000')).toBe(true);
    expect(await ask('Mon, 2 Mar 2026 09:00:00 +0000', 'Tue, 3 Mar 2026 09:00:00 +0000')).toBe(false);
    expect(await ask('Mon, 2 Mar 2026 09:00:00 +0000', 'Tue, 3 Mar 2026 09:00:01 +0000')).toBe(true);
    expect(await ask('Mon, 2 Mar 2026 09:00:00 +0000', 'Fri, 2 Jan 2026 09:00:00 +0000')).toBe(false);
    expect(await ask('no date', 'Wed, 4 Mar 2026 09:00:00 +0000')).toBe(false);
    expect(await ask()).toBe(false);
  });

  it('dates no more than 24 hops', async () => {
    const hops = Array.from({ length: 23 }, () => 'Mon, 2 Mar 2026 09:00:00 +0000');
    const late = 'Wed, 4 Mar 2026 09:00:00 +0000';
    expect((await factsFrom('headers', received(...hops, late))).receivedBackwards).toBe(true);
    expect((await factsFrom('headers', received(...hops, hops[0] ?? '', late))).receivedBackwards).toBe(
      false,
    );
  });

  it('knows whose Message-ID it is', async () => {
    const ask = (messageId: string, mailFrom = 'b@mailer.example') =>
      factsFrom('headers', { messageId }, { mail: { envelope: { mailFrom, helo: 'mx.rowan.example' } } });
    expect(await ask('1@alder.example')).toMatchObject({ messageIdUnrelated: false, messageIdBare: false });
    expect(await ask('1@x.mailer.example')).toMatchObject({ messageIdUnrelated: false });
    expect(await ask('1@rowan.example')).toMatchObject({ messageIdUnrelated: false });
    expect(await ask('1@linden.example')).toMatchObject({ messageIdUnrelated: true, messageIdBare: false });
    expect(await ask('1@localhost')).toMatchObject({ messageIdUnrelated: false, messageIdBare: true });
    expect(await ask('')).toMatchObject({ messageIdUnrelated: null, messageIdBare: false });
  });

  it('sees where one unsubscribes', async () => {
    const ask = async (url: string) =>
      (await factsFrom('headers', { links: [linkTo(url, { where: 'header' })] })).unsubscribeOfSender;
    expect(await ask('https://news.alder.example/u')).toBe(true);
    expect(await ask('https://mailer.example/u')).toBe(false);
    const inText = await factsFrom('headers', { links: [linkTo('https://alder.example/u')] });
    expect(inText.unsubscribeOfSender).toBe(false);
  });

  it('sees mail that is addressed to its own sender', async () => {
    const ask = async (...to: string[]) =>
      (await factsFrom('headers', { to: to.map((address) => addressOf(address)) })).toIsFrom;
    expect(await ask('Ines@alder.example')).toBe(true);
    expect(await ask('bo@birch.example')).toBe(false);
    expect(await ask('ines@alder.example', 'bo@birch.example')).toBe(false);
    expect(await ask()).toBe(false);
  });

  it.each([
    ['x-php-originating-script', '33:a.php'],
    ['x-php-script', 'a.example/a.php'],
    ['x-mailer', 'PHPMailer 6.1'],
  ])('sees the script of a site in %s', async (name, value) => {
    expect((await factsFrom('headers', header(name, value))).scriptMailer).toBe(true);
  });

  it.each([
    ['x-priority', '1', true],
    ['x-priority', '2 (High)', true],
    ['x-priority', '3', false],
    ['importance', 'High', true],
    ['importance', 'normal', false],
    ['x-mailer', 'Alder Mail', false],
  ])('takes %s: %s for important: %s', async (name, value, important) => {
    const facts = await factsFrom('headers', header(name, value));
    expect(facts).toMatchObject({ highPriority: important, scriptMailer: false });
  });
});
