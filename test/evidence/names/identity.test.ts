import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/message/message.ts';
import { addressOf, factsFrom } from '../message-factory.ts';

const from = (address: string, name = ''): Partial<Message> => ({ from: [addressOf(address, name)] });
const to = (...rcptTo: string[]) => ({ mail: { envelope: { rcptTo } } });

describe('the office in a name', () => {
  it.each([
    ['IT Helpdesk', 'it helpdesk'],
    ['Payroll Department', 'payroll'],
    ['Geschäftsführung', 'geschäftsführung'],
    ['Ressources Humaines', 'ressources humaines'],
    ['人事部', '人事'],
  ])('is seen in %s', async (name, role) => {
    expect((await factsFrom('sender', from('x@mailer.example', name))).nameRole).toBe(role);
  });

  it.each(['Ines Alder', 'Rowan Timber', 'Dean Alder', ''])('is not seen in "%s"', async (name) => {
    expect((await factsFrom('sender', from('x@mailer.example', name))).nameRole).toBe('');
  });
});

describe('the organisation of the recipient', () => {
  it('is that of the sender, is not, or is unknown for free mailboxes', async () => {
    const ask = async (address: string, ...rcpt: string[]) =>
      (await factsFrom('sender', from(address), to(...rcpt))).fromRecipientOrganization;
    expect(await ask('ines@post.alder.example', 'bo@alder.example')).toBe(true);
    expect(await ask('ines@mailer.example', 'bo@alder.example')).toBe(false);
    expect(await ask('ines@mailer.example', 'bo@gmail.com')).toBe(null);
    expect(await ask('ines@mailer.example')).toBe(null);
  });

  it.each([
    ['Alder Timber Support', 'x@mailer.example', 'bo@alder-timber.example'],
    ['Ada Linden', 'ada@mailer.example', 'bo@lindentools.example'],
    ['bo.rowan@gmail.com', 'x@mailer.example', 'bo.rowan@gmail.com'],
    ['A1DER T1MBER', 'x@mailer.example', 'bo@aldertimber.example'],
  ])('is claimed by %s of %s to %s', async (name, address, rcpt) => {
    expect((await factsFrom('sender', from(address, name), to(rcpt))).nameClaimsRecipient).toBe(true);
  });

  it.each([
    ['Alder Timber Support', 'x@alder-timber.example', 'bo@alder-timber.example'],
    ['Ines Rowan', 'ines@mailer.example', 'bo@alder-timber.example'],
    ['Ada Linden', 'ada@mailer.example', 'bo@gmail.com'],
    ['Your company news', 'x@mailer.example', 'bo@company.example'],
    ['', 'x@mailer.example', 'bo@alder.example'],
  ])('is not claimed by %s of %s to %s', async (name, address, rcpt) => {
    expect((await factsFrom('sender', from(address, name), to(rcpt))).nameClaimsRecipient).toBe(false);
  });
});

describe('the name and the address', () => {
  it.each([
    ['Ines Alder', 'ines@mailer.example', true],
    ['Ines Alder', 'i.alder@mailer.example', true],
    ['Alder Timber', 'news@aldertimber.example', true],
    ['Zoë Ålder', 'zoe@mailer.example', true],
    ['Bo Erik Carl Rowan', 'becr@mailer.example', true],
    ['Ines Alder', 'kx77@mailer.example', false],
    ['Account Service', 'info@mailer.example', false],
    ['', 'info@mailer.example', null],
    ['info@mailer.example', 'info@mailer.example', null],
    ['田中', 'info@mailer.example', null],
  ])('%s <%s> fit: %s', async (name, address, fits) => {
    expect((await factsFrom('sender', from(address, name))).nameFitsAddress).toBe(fits);
  });
});

describe('a double in the conversation', () => {
  it('is seen of the recipient, of others in To and of addresses in the text, from Reply-To as well', async () => {
    const ask = async (message: Partial<Message>, rcpt = 'bo@northgate-mills.example') =>
      (await factsFrom('sender', message, to(rcpt))).lookalikeInThread;
    expect(await ask(from('ann@northgate-rnills.example'))).toBe('northgate-mills.example');
    expect(await ask({ ...from('ann@aldertimbr.example'), to: [addressOf('x@aldertimber.example')] })).toBe(
      'aldertimber.example',
    );
    expect(
      await ask({
        ...from('ann@aldertirnber.example'),
        visibleText: 'On Monday ann@aldertimber.example wrote:',
      }),
    ).toBe('aldertimber.example');
    expect(
      await ask({ ...from('ann@mailer.example'), replyTo: [addressOf('ann@northgatemills.example')] }),
    ).toBe('northgate-mills.example');
  });

  it('is not the organisation itself, a stranger, or a free mailbox', async () => {
    const ask = async (address: string, rcpt: string) =>
      (await factsFrom('sender', from(address), to(rcpt))).lookalikeInThread;
    expect(await ask('ann@post.northgate-mills.example', 'bo@northgate-mills.example')).toBe('');
    expect(await ask('ann@rowan.example', 'bo@northgate-mills.example')).toBe('');
    expect(await ask('ann@gmail.com', 'bo@gmial.com')).toBe('');
  });
});

describe('a colleague who warns of a double', () => {
  it('is none', async () => {
    const facts = await factsFrom(
      'sender',
      { ...from('ann@northgate-mills.example'), visibleText: 'Beware of ann@northgate-rnills.example' },
      to('bo@northgate-mills.example'),
    );
    expect(facts.lookalikeInThread).toBe('');
  });
});

describe('what the sender fields say together', () => {
  it('counts their organisations', async () => {
    const own = await factsFrom('sender', from('ines@alder.example'));
    expect(own.organizations).toBe(1);
    const many = await factsFrom(
      'sender',
      {
        ...from('ines@alder.example'),
        replyTo: [addressOf('x@rowan.example')],
        messageId: '1@linden.example',
      },
      {
        mail: { envelope: { mailFrom: 'bounce@mailer.example' } },
        authentication: { dkimDomains: ['signer.example'] },
      },
    );
    expect(many.organizations).toBe(5);
  });

  it('sees replies led to the same person elsewhere', async () => {
    const ask = async (replyTo: string) =>
      (
        await factsFrom('sender', {
          ...from('ines@alder.example', 'Ines Alder'),
          replyTo: [addressOf(replyTo)],
        })
      ).replyToSamePerson;
    expect(await ask('ines.private@rowan.example')).toBe(true);
    expect(await ask('desk@rowan.example')).toBe(false);
    expect(await ask('ines@post.alder.example')).toBe(false);
  });

  it('sees names and hosts that anybody gets', async () => {
    expect(await factsFrom('sender', from('x@tenant.onmicrosoft.com'))).toMatchObject({ fromHosted: true });
    expect(await factsFrom('sender', from('x@secure-login.example'))).toMatchObject({
      fromHosted: false,
      serviceWordDomain: true,
    });
    expect(await factsFrom('sender', from('x7k2p9q@xkqzvtrw.example'))).toMatchObject({
      randomDomain: 1,
      randomLocalPart: 1,
    });
  });
});
