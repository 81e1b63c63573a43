import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/message/message.ts';
import { addressOf, attachmentOf, factsFrom, linkTo } from '../message-factory.ts';

const read = (visibleText: string, message: Partial<Message> = {}) =>
  factsFrom('language', { visibleText, ...message });
const LINK = { links: [linkTo('https://rowan.example/a')] };

describe('what a message asks for', () => {
  it('is to log in, where there is a page for it', async () => {
    const text = 'Your mailbox is full. Please verify your account.';
    expect((await read(text, LINK)).asksToLogIn).toBe(true);
    expect((await read(text, { attachments: [attachmentOf('a.html')] })).asksToLogIn).toBe(true);
    expect((await read(text, { attachments: [attachmentOf('a.txt')] })).asksToLogIn).toBe(false);
    expect((await read(text)).asksToLogIn).toBe(false);
    expect((await read('See you on Tuesday.', LINK)).asksToLogIn).toBe(false);
  });

  it.each([
    'Your subscription was renewed. Questions? Call +1 555 010 0199.',
    'Uw abonnement is verlengd. Annuleren kan telefonisch via +31 20 555 0199.',
    'A purchase of $349.99 is on hold. Our desk is at +1-555-0108.',
  ])('is to call: %s', async (text) => {
    expect((await read(text)).asksToCall).toBe(true);
  });

  it.each([
    'Your subscription was renewed. Questions? Write to us.',
    'Call me on +1 555 010 0199 about Tuesday.',
    `A purchase of $349.99 is on its way. ${'We sell chairs. '.repeat(60)} +1-555-0108`,
  ])('is not to call: %s', async (text) => {
    expect((await read(text)).asksToCall).toBe(false);
  });

  it('is not to call where an amount and a number stand beside a link', async () => {
    const text = 'Your ticket cost $20. Our desk is at +1-555-0108.';
    expect((await read(text)).asksToCall).toBe(true);
    expect((await read(text, LINK)).asksToCall).toBe(false);
  });

  it('is only an answer, in a short note without a link', async () => {
    const text = 'Are you at your desk?';
    expect((await read(text)).asksForAnswer).toBe(true);
    expect((await read(text, LINK)).asksForAnswer).toBe(false);
    expect((await read(text + ' word'.repeat(120))).asksForAnswer).toBe(false);
    expect((await read('See you on Tuesday.')).asksForAnswer).toBe(false);
  });

  it('is a payment, with pressure', async () => {
    expect(await read('Pay to our new account today, and keep it confidential.')).toMatchObject({
      asksForPayment: true,
      newAccount: true,
    });
    expect(await read('We have a new account for payments.')).toMatchObject({
      asksForPayment: false,
      newAccount: true,
    });
    expect(await read(`New account. ${'word '.repeat(400)}`)).toMatchObject({ newAccount: false });
    expect(await read('Pay today, please.')).toMatchObject({ asksForPayment: false, newAccount: false });
  });

  it('is a ransom', async () => {
    expect((await read('I recorded you. Send Bitcoin.')).asksForRansom).toBe(true);
    expect((await read('Deine Webcam hat dich aufgenommen. Zahle in Krypto.')).asksForRansom).toBe(true);
    expect((await read('Bitcoin rose by a tenth.')).asksForRansom).toBe(false);
    expect((await read('We recorded the meeting.')).asksForRansom).toBe(false);
    expect((await read(`I recorded you. Send Bitcoin. ${'word '.repeat(800)}`)).asksForRansom).toBe(false);
  });
});

describe('a bare note', () => {
  it('is short, and has neither links nor files', async () => {
    expect((await read('See you.')).shortAndBare).toBe(true);
    expect((await read('See you.', LINK)).shortAndBare).toBe(false);
    expect((await read('See you.', { attachments: [attachmentOf('a.pdf')] })).shortAndBare).toBe(false);
    expect((await read('word '.repeat(119))).shortAndBare).toBe(false);
  });
});

describe('an address at a free mailbox in the text', () => {
  it('is seen where it is the one to write to', async () => {
    expect((await read('Contact my lawyer at linden.law@gmail.com now')).freemailInText).toBe(true);
  });

  it.each(['> x@gmail.com', 'On Monday Bo <bo@gmail.com> wrote:', 'From: bo@gmail.com', 'Von: bo@gmail.com'])(
    'is not seen in a quotation: %s',
    async (line) => {
      expect((await read(`Hello,\n${line}\nGoodbye.`)).freemailInText).toBe(false);
    },
  );

  it('is not seen where the header has it, or where it is of an organisation', async () => {
    const text = 'Write to bo@gmail.com';
    expect((await read(text, { from: [addressOf('bo@gmail.com')] })).freemailInText).toBe(false);
    expect((await read('Write to bo@rowan.example')).freemailInText).toBe(false);
  });
});
