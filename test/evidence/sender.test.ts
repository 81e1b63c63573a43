import { describe, expect, it } from 'vitest';
import { People } from '../../src/evidence/lists/people.ts';
import { loadLists } from '../../src/evidence/lists.ts';
import { addressOf, evidenceOf, factsFrom, SHIPPED_LISTS } from './message-factory.ts';

const from = (address: string, name = '') => ({ from: [addressOf(address, name)] });

describe('sender', () => {
  it('says who the message is from', async () => {
    const facts = await factsFrom('sender', from('ines@post.alder.example', 'Ines Alder'));
    expect(facts).toMatchObject({
      fromAddress: 'ines@post.alder.example',
      fromDomain: 'post.alder.example',
      fromOrganization: 'alder.example',
      fromName: 'Ines Alder',
      fromCount: 1,
    });
  });

  it('goes without a From', async () => {
    const facts = await factsFrom('sender', { from: [] });
    expect(facts).toMatchObject({ fromAddress: '', fromCount: 0, lookalikeOf: '', freemail: false });
  });

  it('sees another address in the name, and not the same one', async () => {
    const other = await factsFrom('sender', from('x@evil.example', 'ines@alder.example'));
    expect(other.nameHoldsOtherAddress).toBe(true);
    const same = await factsFrom('sender', from('ines@alder.example', 'Ines@Alder.example'));
    expect(same.nameHoldsOtherAddress).toBe(false);
  });

  it.each([
    ['PayPal', 'service@mailer.example', 'PayPal'],
    ['PayPaI Service', 'service@mailer.example', 'PayPal'],
    ['РауРаl Support', 'service@mailer.example', 'PayPal'],
    ['Your Bank of America team', 'x@mailer.example', 'Bank of America'],
    ['Chase Alerts', 'x@mailer.example', 'Chase'],
    ['login.alder-bank.com', 'x@mailer.example', 'login.alder-bank.com'],
  ])('sees that %s at %s claims %s', async (name, address, claimed) => {
    expect((await factsFrom('sender', from(address, name))).nameClaimsBrand).toBe(claimed);
  });

  it.each([
    ['PayPal', 'service@paypal.com'],
    ['Amazon.it', 'noreply@amazon.it'],
    ['IKEA', 'news@ikea.pl'],
    ['Chase Hollister', 'chase@mailer.example'],
    ['J.R. Birch', 'jr@mailer.example'],
    ['Alder Timber', 'x@alder.example'],
  ])('lets %s at %s be', async (name, address) => {
    expect((await factsFrom('sender', from(address, name))).nameClaimsBrand).toBe('');
  });

  it('sees a brand in the subject that the sender is not', async () => {
    const stranger = await factsFrom('sender', { ...from('x@mailer.example'), subject: 'Your Netflix plan' });
    expect(stranger.subjectNamesBrand).toBe('Netflix');
    const own = await factsFrom('sender', { ...from('x@netflix.com'), subject: 'Your Netflix plan' });
    expect(own.subjectNamesBrand).toBe('');
  });

  it('sees our own domain in the name of a stranger, and not in ours', async () => {
    const stranger = await factsFrom('sender', from('x@mailer.example', 'Payroll birch.example'));
    expect(stranger.nameClaimsUs).toBe(true);
    const ours = await factsFrom('sender', from('pay@birch.example', 'Payroll birch.example'));
    expect(ours.nameClaimsUs).toBe(false);
  });

  it('knows the name of a protected person in any order of words, but not their own address', async () => {
    const people = new People([{ name: 'Ada Linden', addresses: ['ada@birch.example'], role: 'director' }]);
    const options = { lists: { ...SHIPPED_LISTS, people } };
    const ask = (address: string, name: string) => factsFrom('sender', from(address, name), { options });
    expect(await ask('ada.linden@freemail.example', 'LINDEN, Ada')).toMatchObject({
      nameOfPerson: 'Ada Linden',
      roleOfPerson: 'director',
    });
    expect(await ask('Ada@birch.example', 'Ada Linden')).toMatchObject({
      nameOfPerson: '',
      roleOfPerson: '',
    });
    expect((await ask('ada@mailer.example', 'Ada Rowan')).nameOfPerson).toBe('');
  });

  it('knows free and vanishing mailboxes, and abused top-level domains', async () => {
    expect(await factsFrom('sender', from('x@gmail.com'))).toMatchObject({
      freemail: true,
      disposable: false,
    });
    expect(await factsFrom('sender', from('x@mailinator.com'))).toMatchObject({
      freemail: false,
      disposable: true,
    });
    expect(await factsFrom('sender', from('x@alder.icu'))).toMatchObject({ suspiciousTld: true });
    expect(await factsFrom('sender', from('x@alder.example'))).toMatchObject({
      freemail: false,
      disposable: false,
      suspiciousTld: false,
    });
  });

  it('sees replies that go elsewhere', async () => {
    const differs = await factsFrom('sender', { replyTo: [addressOf('ines.alder@gmail.com')] });
    expect(differs).toMatchObject({
      replyToPresent: true,
      replyToDiffers: true,
      replyToFreemail: true,
      replyToDomain: 'gmail.com',
    });
    const same = await factsFrom('sender', { replyTo: [addressOf('office@post.alder.example')] });
    expect(same).toMatchObject({ replyToPresent: true, replyToDiffers: false, replyToFreemail: false });
    expect(await factsFrom('sender', {})).toMatchObject({ replyToPresent: false, replyToDiffers: false });
  });

  it('sees a Sender of another organisation', async () => {
    expect((await factsFrom('sender', { sender: [addressOf('x@list.example')] })).senderDiffers).toBe(true);
    expect((await factsFrom('sender', { sender: [addressOf('x@alder.example')] })).senderDiffers).toBe(false);
  });

  it('compares the return path, and says so where it is unknown or empty', async () => {
    const withPath = (mailFrom: string | null) =>
      factsFrom('sender', {}, { mail: { envelope: { mailFrom } } });
    expect(await withPath('bounce@mailer.example')).toMatchObject({
      returnPathDiffers: true,
      nullSender: false,
    });
    expect(await withPath('b@bounce.alder.example')).toMatchObject({
      returnPathDiffers: false,
      nullSender: false,
    });
    expect(await withPath('')).toMatchObject({ returnPathDiffers: null, nullSender: true });
    expect(await withPath(null)).toMatchObject({ returnPathDiffers: null, nullSender: null });
  });

  it('compares HELO, and says so where it is unknown', async () => {
    const withHelo = (helo: string | null) => factsFrom('sender', {}, { mail: { envelope: { helo } } });
    expect(await withHelo('MX.alder.example.')).toMatchObject({ heloMatchesFrom: true, heloNotAName: false });
    expect(await withHelo('mx.other.example')).toMatchObject({ heloMatchesFrom: false, heloNotAName: false });
    expect(await withHelo('desktop-4711')).toMatchObject({ heloMatchesFrom: false, heloNotAName: true });
    expect(await withHelo('[192.0.2.7]')).toMatchObject({ heloNotAName: true });
    expect(await withHelo(null)).toMatchObject({ heloMatchesFrom: null, heloNotAName: null });
  });

  it('sees doubles in From and Reply-To, and punycode', async () => {
    expect((await factsFrom('sender', from('x@paypa1.com'))).lookalikeOf).toBe('paypal.com');
    expect((await factsFrom('sender', from('x@paypal.com'))).lookalikeOf).toBe('');
    const reply = await factsFrom('sender', { replyTo: [addressOf('x@b1rch.example')] });
    expect(reply.replyToLookalikeOf).toBe('birch.example');
    expect((await factsFrom('sender', from('x@xn--pypal-4ve.com'))).punycode).toBe(true);
    expect((await factsFrom('sender', from('x@paypal.com'))).punycode).toBe(false);
  });

  it('measures digits in the local part', async () => {
    expect((await factsFrom('sender', from('ab12@alder.example'))).localPartDigits).toBe(0.5);
    expect((await factsFrom('sender', from('ines@alder.example'))).localPartDigits).toBe(0);
  });

  it('knows our own domains and mail to oneself', async () => {
    const toSelf = await factsFrom('sender', from('Bo@birch.example'));
    expect(toSelf).toMatchObject({ fromOwnDomain: true, fromIsRecipient: true });
    expect(await factsFrom('sender', {})).toMatchObject({ fromOwnDomain: false, fromIsRecipient: false });
    const unknown = await factsFrom('sender', {}, { mail: { envelope: { rcptTo: [] } } });
    expect(unknown.fromIsRecipient).toBe(null);
  });

  it('names the listed brand that From belongs to', async () => {
    expect((await factsFrom('sender', from('x@mail.paypal.com'))).fromBrand).toBe('PayPal');
    expect((await factsFrom('sender', from('x@alder.example'))).fromBrand).toBe('');
  });

  it('reads a name with a comma and no quotes as one', async () => {
    const mailboxes = [addressOf('', 'PayPal'), addressOf('x@evil.example', 'Service')].map((mailbox, at) =>
      at === 0 ? { ...mailbox, address: '', domain: '' } : mailbox,
    );
    expect(await factsFrom('sender', { from: mailboxes })).toMatchObject({
      fromAddress: 'x@evil.example',
      fromName: 'PayPal, Service',
      fromCount: 1,
      nameClaimsBrand: 'PayPal',
    });
    const two = [addressOf('a@alder.example', 'A'), addressOf('b@birch.example', 'B')];
    expect(await factsFrom('sender', { from: two })).toMatchObject({
      fromAddress: 'a@alder.example',
      fromName: 'A',
      fromCount: 2,
    });
  });

  it('reads 200 characters of a name', async () => {
    const name = async (length: number) =>
      (await factsFrom('sender', from('x@alder.example', 'x'.repeat(length)))).fromName.length;
    expect([await name(199), await name(200), await name(201)]).toEqual([199, 200, 200]);
  });

  it('works without a list of people', async () => {
    const options = { lists: loadLists('config/lists', null) };
    const evidence = await evidenceOf(from('x@alder.example', 'Ada Linden'), { options });
    expect(evidence.sender).toMatchObject({ status: 'ok', facts: { nameOfPerson: '' } });
  });
});
