import { describe, expect, it } from 'vitest';
import { account } from './accounts.ts';
import { takeApart } from './delivered-message.ts';
import type { Outcome } from './send-all.ts';

function outcome(id: string, state: Outcome['state'], inDoubt = 0): Outcome {
  const letter = { id, mailFrom: '', recipient: `${id}@inbox.example`, raw: Buffer.from('a: b\r\n\r\n') };
  return { letter, state, reply: null, inDoubt };
}

const copy = Buffer.from('X-Postern-Verdict: tag; category=spam\na: b\n\n');

describe('accounts of a run', () => {
  it('counts each letter where it was found', () => {
    const accounts = account(
      [
        outcome('a', 'accepted'),
        outcome('b', 'accepted'),
        outcome('c', 'refused'),
        outcome('d', 'unanswered'),
      ],
      { delivered: new Map([['a@inbox.example', [copy]]]), held: [{ recipients: ['b@inbox.example'] }] },
    );
    expect(accounts).toMatchObject({ sent: 4, delivered: 1, held: 1, refused: 1, unanswered: 1, lost: 0 });
    expect(accounts.verdicts).toEqual({ tag: 1, quarantine: 1 });
  });

  it('calls lost what was answered with 250 and is nowhere', () => {
    const accounts = account([outcome('a', 'accepted')], { delivered: new Map(), held: [] });
    expect(accounts.lostIds).toEqual(['a']);
    expect(accounts.lost).toBe(1);
  });

  it('tells a second copy from one that a broken connection excuses', () => {
    const found = { delivered: new Map([['a@inbox.example', [copy, copy]]]), held: [] };
    expect(account([outcome('a', 'accepted')], found).duplicated).toEqual(['a']);
    expect(account([outcome('a', 'accepted', 1)], found).duplicated).toEqual([]);
  });

  it('wants each recipient of a letter served, and excuses a copy for which the next hop lost its reply', () => {
    const both = outcome('a', 'accepted');
    const letter = { ...both, letter: { ...both.letter, alsoTo: ['b@held.example'] } };
    const half = { delivered: new Map([['a@inbox.example', [copy, copy]]]), held: [] };
    expect(account([letter], half)).toMatchObject({ lostIds: ['a'], duplicated: ['a'] });
    const whole = { ...half, held: [{ recipients: ['b@held.example'] }] };
    const lost = { ...whole, repliesLost: new Map([['a@inbox.example', 1]]) };
    expect(account([letter], lost)).toMatchObject({ held: 1, delivered: 1, duplicated: [], excused: ['a'] });
  });

  it('sees a letter that was refused and delivered', () => {
    const found = { delivered: new Map([['a@inbox.example', [copy]]]), held: [] };
    expect(account([outcome('a', 'refused')], found).contradicted).toEqual(['a']);
  });
});

describe('a delivered message', () => {
  it('loses only the headers that our servers added', () => {
    const original = 'Received: from a by mx.example.com\r\nSubject: x\r\n\r\nbody\r\n';
    const stored = `Return-Path: <a@b>\nReceived: from x\n\tby next.test (Postfix)\nX-Postern-Verdict: accept; score=0.1\n${original.replaceAll('\r', '')}`;
    const { added, verdict, message } = takeApart(Buffer.from(stored));
    expect(added).toEqual(['return-path', 'received', 'x-postern-verdict']);
    expect(verdict).toBe('accept');
    expect(message.toString()).toBe(original);
  });
});
