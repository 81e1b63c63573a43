import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailerOf } from '../../../src/evidence/footprint/mailer.ts';
import { replyTarget } from '../../../src/evidence/footprint/reply-target.ts';
import { addressOf } from '../message-factory.ts';

describe('what a mail was written with', () => {
  it.each([
    ['x-mailer', 'Post Writer 5.1 (Build 4.2.11)', 'post writer build'],
    ['user-agent', 'PostWriter/102.3.0 on X11; Linux', 'postwriter on linux'],
    ['x-mailer', 'Post Writer 6.0 (Build 5.0.1)', 'post writer build'],
    ['x-mailer', '12.5', '@alder.example'],
  ])('by %s %j is %j', (name, value, mailer) => {
    expect(mailerOf([{ name, value }], '1@mail.alder.example')).toBe(mailer);
  });

  it('is who made the Message-ID where no program is named, and nothing without either', () => {
    expect(mailerOf([], 'x@mx7.alder.example')).toBe('@alder.example');
    expect(mailerOf([], '')).toBe('');
    expect(mailerOf([], 'x@localhost')).toBe('');
  });

  it('does not change with versions and numbers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const named = (version: number) =>
          mailerOf([{ name: 'x-mailer', value: `Post Writer ${version}.${version}` }], '');
        expect(named(a)).toBe(named(b));
      }),
    );
  });
});

describe('where answers go', () => {
  const FREE = new Set(['freemail.example']);
  const target = (...to: string[]) =>
    replyTarget(
      to.map((address) => addressOf(address)),
      'ines@alder.example',
      'alder.example',
      FREE,
    );

  it.each([
    ['nowhere else', [], 'ines@alder.example'],
    ['back', ['Ines@Alder.example'], 'ines@alder.example'],
    ['to a machine of the same organisation', ['r-123@reply.alder.example'], 'ines@alder.example'],
    ['to another organisation', ['x9@mx.birch.example'], '@birch.example'],
    ['to a free mailbox', ['Ines.A+tag@freemail.example'], 'ines.a@freemail.example'],
    ['to several', ['b@birch.example', 'a@ash.example'], '@ash.example,@birch.example'],
    ['to himself and another', ['ines@alder.example', 'a@ash.example'], '@ash.example'],
  ])('%s', (_, to, expected) => {
    expect(target(...to)).toBe(expected);
  });

  it('does not depend on the order, so a second address is always seen', () => {
    expect(target('a@ash.example', 'b@birch.example')).toBe(target('b@birch.example', 'a@ash.example'));
    expect(target('a@ash.example')).not.toBe(target('a@ash.example', 'b@birch.example'));
  });
});
