import { describe, expect, it } from 'vitest';
import type { HeaderField } from '../../src/message/message.ts';
import { addressOf, factsFrom } from './message-factory.ts';

const field = (name: string, value = ''): HeaderField => ({ name, value });
const PLAIN = [field('from'), field('to'), field('subject'), field('date'), field('message-id')];
const withFields = (...fields: HeaderField[]) => factsFrom('headers', { headers: [...PLAIN, ...fields] });

describe('headers', () => {
  it('compares the Message-ID with From', async () => {
    expect(await factsFrom('headers', { messageId: '1@mx.alder.example' })).toMatchObject({
      messageIdPresent: true,
      messageIdDomain: 'mx.alder.example',
      messageIdMatchesFrom: true,
    });
    expect(await factsFrom('headers', { messageId: '1@other.example' })).toMatchObject({
      messageIdMatchesFrom: false,
    });
    expect(await factsFrom('headers', { messageId: '' })).toMatchObject({
      messageIdPresent: false,
      messageIdDomain: '',
      messageIdMatchesFrom: false,
    });
    expect(await factsFrom('headers', { messageId: 'no-domain' })).toMatchObject({ messageIdDomain: '' });
  });

  it('measures the hours from Date to the reception', async () => {
    const receivedAt = new Date('2026-03-02T10:00:00Z');
    const skew = async (date: Date | null) =>
      (await factsFrom('headers', { date }, { mail: { receivedAt } })).dateSkewHours;
    expect(await skew(new Date('2026-03-02T07:00:00Z'))).toBe(3);
    expect(await skew(new Date('2026-03-02T11:30:00Z'))).toBe(-1.5);
    expect(await skew(null)).toBe(null);
    expect(await skew(new Date(Number.NaN))).toBe(null);
    expect((await factsFrom('headers', { headers: [field('from')] })).datePresent).toBe(false);
    expect((await withFields()).datePresent).toBe(true);
  });

  it.each(['Re: minutes', 'AW: Protokoll', 'Fwd:x', 'RE[2]: minutes', 'Odp: protokół', '回复：会议'])(
    'takes %j for a reply, a false one where nothing is replied to',
    async (subject) => {
      expect(await factsFrom('headers', { subject })).toMatchObject({
        subjectClaimsReply: true,
        fakeReply: true,
      });
      const headers = [...PLAIN, field('in-reply-to', '<1@birch.example>')];
      expect(await factsFrom('headers', { subject, headers })).toMatchObject({
        subjectClaimsReply: true,
        fakeReply: false,
      });
    },
  );

  it('takes References for a reply, too', async () => {
    const headers = [...PLAIN, field('references', '<1@birch.example>')];
    expect((await factsFrom('headers', { subject: 'Re: minutes', headers })).fakeReply).toBe(false);
  });

  it('reads 500 characters of the subject', async () => {
    const chars = async (subject: string) => (await factsFrom('headers', { subject })).subjectChars;
    expect([
      await chars('x'.repeat(499)),
      await chars('x'.repeat(500)),
      await chars('x'.repeat(501)),
    ]).toEqual([499, 500, 500]);
  });

  it.each(['Result: yes', 'Reminder', '', 'Are: you'])('takes %j for no reply', async (subject) => {
    expect(await factsFrom('headers', { subject })).toMatchObject({
      subjectClaimsReply: false,
      fakeReply: false,
    });
  });

  it('measures the subject', async () => {
    expect(await factsFrom('headers', { subject: 'PAY now' })).toMatchObject({
      subjectPresent: true,
      subjectUpperShare: 0.5,
      subjectChars: 7,
    });
    expect(await factsFrom('headers', { subject: 'é1' })).toMatchObject({
      subjectNonAscii: 0.5,
      subjectUpperShare: 0,
    });
    expect(await factsFrom('headers', { subject: ' ' })).toMatchObject({
      subjectPresent: false,
      subjectNonAscii: 0,
    });
  });

  it('knows ways out of a list, lists, bulk and machines', async () => {
    expect(await withFields()).toMatchObject({
      listUnsubscribe: false,
      oneClickUnsubscribe: false,
      listId: false,
      bulk: false,
      autoSubmitted: false,
    });
    const list = await withFields(
      field('list-unsubscribe', '<https://alder.example/u>'),
      field('list-unsubscribe-post', 'List-Unsubscribe=One-Click'),
      field('list-id', 'News <news.alder.example>'),
      field('precedence', 'Bulk'),
      field('auto-submitted', 'auto-generated'),
    );
    expect(list).toMatchObject({
      listUnsubscribe: true,
      oneClickUnsubscribe: true,
      listId: true,
      bulk: true,
      autoSubmitted: true,
    });
    expect(await withFields(field('auto-submitted', 'no'), field('precedence', 'first-class'))).toMatchObject(
      {
        bulk: false,
        autoSubmitted: false,
      },
    );
  });

  it('looks for the recipient in To and Cc', async () => {
    expect(await factsFrom('headers', {})).toMatchObject({
      recipientInTo: true,
      toCount: 1,
      undisclosedRecipients: false,
    });
    const cc = await factsFrom('headers', {
      to: [addressOf('x@alder.example')],
      cc: [addressOf('BO@birch.example')],
    });
    expect(cc).toMatchObject({ recipientInTo: true, toCount: 2 });
    const other = await factsFrom('headers', { to: [addressOf('x@alder.example')] });
    expect(other).toMatchObject({ recipientInTo: false, undisclosedRecipients: false });
    expect(await factsFrom('headers', { to: [] })).toMatchObject({
      recipientInTo: false,
      undisclosedRecipients: true,
    });
    const unknown = await factsFrom('headers', {}, { mail: { envelope: { rcptTo: [] } } });
    expect(unknown.recipientInTo).toBe(null);
  });

  it('counts fields that may be there once', async () => {
    expect((await withFields(field('received'), field('received'))).duplicateSingletons).toBe(0);
    expect((await withFields(field('from'), field('from'), field('subject'))).duplicateSingletons).toBe(2);
  });

  it('counts hops, and knows a loop', async () => {
    const hops = (count: number) => withFields(...Array.from({ length: count }, () => field('received')));
    expect(await hops(49)).toMatchObject({ receivedCount: 49, received50: false });
    expect(await hops(50)).toMatchObject({ receivedCount: 50, received50: true });
  });
});
