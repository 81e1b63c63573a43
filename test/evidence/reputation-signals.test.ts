import { describe, expect, it } from 'vitest';
import { parseNetworkTable } from '../../src/evidence/footprint/network-table.ts';
import { addressOf, attachmentOf, linkTo } from './message-factory.ts';
import { type Sent, story, TODAY } from './reputation-story.ts';

const INES: Sent = { from: 'ines@alderbooks.example', name: 'Ines Alder' };
const HALF_YEAR = { times: 40, from: 180, until: 2 };
const minutesAgo = (minutes: number) => ({ from: minutes / 1440 });
const ACCOUNT = (number: string): Sent => ({
  ...INES,
  message: { text: `Sort code 20-00-00 account ${number}` },
});

describe('a first contact', () => {
  it('ends with a good message of the same address to the same recipient', async () => {
    const { ask, came } = story();
    expect(await ask(INES)).toMatchObject({ firstContact: true, firstContactDomain: true, pairMessages: 0 });
    await came({ ...INES, to: ['cy@birch.example'] }, { from: 30 });
    expect(await ask(INES)).toMatchObject({ firstContact: true, firstContactDomain: false });
    await came(INES, { from: 30 });
    const facts = await ask(INES);
    expect(facts).toMatchObject({ firstContact: false, firstContactDomain: false });
    expect(facts.pairMessages).toBeCloseTo(0.5, 9);
  });

  it('does not end with messages that were held, or that nobody vouches for', async () => {
    const { ask, came } = story();
    await came(INES, { times: 3, from: 9, until: 3, verdict: 'quarantine' });
    await came({ ...INES, vouched: false }, { times: 3, from: 9, until: 3 });
    expect(await ask(INES)).toMatchObject({ firstContact: true, firstContactDomain: true });
  });
});

describe('what we wrote', () => {
  it('makes mail of this address solicited, for those who wrote', async () => {
    const { ask, wrote } = story();
    wrote(INES.from, { times: 2, ago: 30 });
    const facts = await ask(INES);
    expect(facts).toMatchObject({
      solicited: true,
      solicitedByAnyone: true,
      solicitedDomain: true,
      unsolicited: false,
    });
    expect(facts.writtenMessages).toBeCloseTo(1, 9);
    expect(await ask({ ...INES, to: ['bo@birch.example', 'cy@birch.example'] })).toMatchObject({
      solicited: false,
      solicitedByAnyone: true,
    });
    expect(await ask({ ...INES, from: 'ole@alderbooks.example' })).toMatchObject({
      solicited: false,
      solicitedByAnyone: false,
      solicitedDomain: true,
    });
  });

  it('X4 speaks for nobody who only claims the address, and never for all customers of free mail', async () => {
    const { ask, wrote } = story();
    wrote(INES.from);
    wrote('ines@gmail.com');
    expect(await ask({ ...INES, vouched: false })).toMatchObject({
      solicited: false,
      solicitedByAnyone: false,
      solicitedDomain: false,
      writtenMessages: 0,
    });
    expect(await ask({ from: 'eve@gmail.com' })).toMatchObject({ solicitedDomain: false });
  });

  it('tells who is unsolicited, from five messages of ours on', async () => {
    const { ask, wrote, came } = story();
    wrote('x@ash.example', { times: 4, ago: 0 });
    expect(await ask(INES)).toMatchObject({ unsolicited: false });
    wrote('x@ash.example', { ago: 0 });
    expect(await ask(INES)).toMatchObject({ unsolicited: true });
    await came(INES, HALF_YEAR);
    expect(await ask(INES)).toMatchObject({ unsolicited: true, firstContact: false });
    expect(await ask({ from: 'cy@birch.example' })).toMatchObject({ unsolicited: false });
    expect(await ask({ from: 'cy@birch.example', vouched: false })).toMatchObject({ unsolicited: true });
    expect(await ask({ ...INES, to: ['x@elsewhere.example'] })).toMatchObject({ unsolicited: false });
  });
});

describe('what people said', () => {
  it('approves an authenticated address, as long as more say wanted than unwanted', async () => {
    const { ask, said } = story();
    await said(INES, false);
    expect(await ask(INES)).toMatchObject({ approved: true });
    expect(await ask({ ...INES, vouched: false })).toMatchObject({ approved: false });
    await said(INES, true);
    expect(await ask(INES)).toMatchObject({ approved: false });
  });
});

describe('habits', () => {
  const NETWORKS = parseNetworkTable(
    '192.0.2.0\t192.0.2.255\t64500\tNO\n198.51.100.0\t198.51.100.255\t64501\tSE',
  );
  const usual: Sent = {
    ...INES,
    options: { networks: NETWORKS },
    message: { headers: [{ name: 'x-mailer', value: 'Post Writer 5.1' }] },
  };
  const odd: Sent = {
    ...usual,
    ip: '198.51.100.9',
    message: {
      headers: [{ name: 'x-mailer', value: 'Quick Sender' }],
      replyTo: [addressOf('ines@ash.example')],
    },
  };

  it('are broken by another network, country, program and address for answers', async () => {
    const { ask, came } = story();
    await came(usual, { ...HALF_YEAR, times: 200 });
    expect(await ask(usual)).toMatchObject({
      established: true,
      newNetwork: false,
      newCountry: false,
      newMailer: false,
      newReplyTo: false,
      unusualHour: false,
    });
    expect(await ask(odd)).toMatchObject({
      newNetwork: true,
      newCountry: true,
      newMailer: true,
      newReplyTo: true,
    });
    expect(await ask(usual, new Date(TODAY.getTime() + 10 * 3_600_000))).toMatchObject({ unusualHour: true });
  });

  it.each([
    ['two messages', { times: 2, from: 20, until: 0.1 }, false],
    ['three messages', { times: 3, from: 20, until: 0.1 }, true],
    ['less than two weeks', { times: 40, from: 13.9, until: 0.1 }, false],
    ['messages that were held', { ...HALF_YEAR, verdict: 'quarantine' as const }, false],
  ])('of %s: established %s', async (_, given, established) => {
    const { ask, came } = story();
    await came(usual, given);
    expect(await ask(odd)).toMatchObject({ established, newNetwork: established });
  });

  it('are not made by the first messages of one day, but by a person who says so', async () => {
    const { ask, came, said } = story();
    await came(usual, HALF_YEAR);
    await came(odd, { times: 5, from: 0.5, until: 0.1 });
    expect(await ask(odd)).toMatchObject({ newNetwork: true, newReplyTo: true });
    await said(odd, false, 0);
    expect(await ask(odd)).toMatchObject({ newNetwork: false, newReplyTo: false });
    const later = new Date(TODAY.getTime() + 86_400_000);
    expect(await ask({ ...odd, name: 'I' }, later)).toMatchObject({ newMailer: false });
  });

  it('know no new country where the table is newer than the network', async () => {
    const { ask, came } = story();
    await came({ ...usual, options: { networks: null } }, HALF_YEAR);
    expect(await ask(usual)).toMatchObject({ established: true, newCountry: false });
  });
});

describe('who seems to be somebody else', () => {
  const POSER: Sent = { from: 'i.alder@quick-office.example', name: 'Alder, Ines' };

  it('has a name that wrote from another address', async () => {
    const { ask, came } = story();
    await came(INES, { from: 7 });
    expect(await ask(POSER)).toMatchObject({ nameKnownElsewhere: false });
    await came(INES, { from: 6 });
    expect(await ask(POSER)).toMatchObject({ nameKnownElsewhere: true });
    expect(await ask({ ...POSER, vouched: false })).toMatchObject({ nameKnownElsewhere: true });
    expect(await ask(INES)).toMatchObject({ nameKnownElsewhere: false });
    expect(await ask({ ...POSER, name: 'Ole Alder' })).toMatchObject({ nameKnownElsewhere: false });
  });

  it('is not said of a name that nobody had for a week', async () => {
    const { ask, came } = story();
    await came(INES, { times: 20, from: 6.9, until: 1 });
    expect(await ask(POSER)).toMatchObject({ nameKnownElsewhere: false });
  });

  it('X4 stays so after harmless mail, and takes the name from nobody', async () => {
    const { ask, came, wrote } = story();
    await came(INES, HALF_YEAR);
    await came(POSER, { times: 500, from: 30, until: 1 });
    expect(await ask(POSER)).toMatchObject({ nameKnownElsewhere: true });
    expect(await ask(INES)).toMatchObject({ nameKnownElsewhere: false });
    wrote(POSER.from);
    expect(await ask(POSER)).toMatchObject({ nameKnownElsewhere: false });
    expect(await ask({ ...POSER, vouched: false })).toMatchObject({ nameKnownElsewhere: true });
  });

  it('has a domain that is spelt alike, or ends otherwise', async () => {
    const { ask, came, wrote } = story();
    const double: Sent = { from: 'ines@a1derbooks.example' };
    const ending: Sent = { from: 'ines@alderbooks.test' };
    expect(await ask(double)).toMatchObject({ domainResemblesKnown: false });
    await came(INES, HALF_YEAR);
    expect(await ask(double)).toMatchObject({ domainResemblesKnown: true, domainOtherEnding: false });
    expect(await ask(ending)).toMatchObject({ domainResemblesKnown: false, domainOtherEnding: true });
    expect(await ask(INES)).toMatchObject({ domainResemblesKnown: false, domainOtherEnding: false });
    await came(double, { times: 500, from: 30, until: 1 });
    await came(ending, { times: 500, from: 30, until: 1 });
    expect(await ask(double)).toMatchObject({ domainResemblesKnown: true });
    expect(await ask(ending)).toMatchObject({ domainOtherEnding: true });
    expect(await ask(INES)).toMatchObject({ domainResemblesKnown: false, domainOtherEnding: false });
    wrote(ending.from);
    expect(await ask(ending)).toMatchObject({ domainOtherEnding: false });
  });

  it('gives bank details that the organisation did not give before', async () => {
    const { ask, came, said } = story();
    expect(await ask(ACCOUNT('11111111'))).toMatchObject({ newAccount: false, accountMessages: 0 });
    await came(ACCOUNT('11111111'), { from: 20 });
    expect(await ask(ACCOUNT('11111111'))).toMatchObject({ newAccount: false });
    expect(await ask(ACCOUNT('22222222'))).toMatchObject({ newAccount: true });
    expect(await ask({ ...ACCOUNT('22222222'), vouched: false })).toMatchObject({ newAccount: true });
    expect(await ask({ ...ACCOUNT('22222222'), from: 'x@ash.example' })).toMatchObject({ newAccount: false });
    await came(ACCOUNT('22222222'), { from: 13 });
    expect(await ask(ACCOUNT('22222222'))).toMatchObject({ newAccount: true });
    await said(ACCOUNT('22222222'), false);
    expect(await ask(ACCOUNT('22222222'))).toMatchObject({ newAccount: false });
  });

  it('has given them for two weeks: then they are known', async () => {
    const { ask, came } = story();
    await came(ACCOUNT('11111111'), { from: 40 });
    await came(ACCOUNT('22222222'), { from: 14 });
    expect(await ask(ACCOUNT('22222222'))).toMatchObject({ newAccount: false });
    expect(await ask(ACCOUNT('11111111'))).toMatchObject({ newAccount: false });
  });
});

describe('a burst', () => {
  it('counts recipients of minutes ago, and those of this message', async () => {
    const { ask, came } = story();
    const to = ['bo@birch.example', 'cy@birch.example'];
    const sent: Sent = {
      ...INES,
      to,
      message: {
        links: [linkTo('https://lantern.example/x')],
        attachments: [attachmentOf('a.pdf', { sha256: 'c'.repeat(64) })],
      },
    };
    expect(await ask(sent)).toMatchObject({
      senderRecipients: 2,
      linkRecipients: 2,
      fileRecipients: 2,
      newLinkDomains: 1,
    });
    await came(sent, minutesAgo(10));
    const facts = await ask({ ...sent, from: 'other@ash.example' });
    expect(facts.senderRecipients).toBe(2);
    expect(facts.linkRecipients).toBeCloseTo(3, 9);
    expect(facts.fileRecipients).toBeCloseTo(3, 9);
    expect(facts.newLinkDomains).toBe(0);
    expect((await ask(sent)).senderRecipients).toBeCloseTo(3, 9);
    expect(await ask(INES)).toMatchObject({ linkRecipients: 0, fileRecipients: 0, newLinkDomains: 0 });
  });
});
