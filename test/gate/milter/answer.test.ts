import { expect, it } from 'vitest';
import { encodeAnswer } from '../../../src/gate/milter/answer.ts';
import { reply } from '../../../src/gate/reply.ts';
import { frame, numbers } from './support/fake-mta.ts';

it('says plain words with nothing after them', () => {
  expect(encodeAnswer({ kind: 'continue' })).toEqual(frame('c'));
  expect(encodeAnswer({ kind: 'accept' })).toEqual(frame('a'));
  expect(encodeAnswer({ kind: 'discard' })).toEqual(frame('d'));
  expect(encodeAnswer({ kind: 'skip' })).toEqual(frame('s'));
  expect(encodeAnswer({ kind: 'progress' })).toEqual(frame('p'));
});

it('says what it agrees to, with the macros it wants', () => {
  const agreed = { kind: 'negotiate', version: 6, actions: 0x11, steps: 0x8000_0000 } as const;
  const macros = [{ stage: 2, names: ['i', '{auth_authen}'] }];
  expect(encodeAnswer({ ...agreed, macros: [] })).toEqual(frame('O', numbers(6, 0x11, 0x8000_0000)));
  expect(encodeAnswer({ ...agreed, macros })).toEqual(
    frame('O', Buffer.concat([numbers(6, 0x11, 0x8000_0000, 2), Buffer.from('i {auth_authen}\0')])),
  );
});

it('changes headers by index, name and value', () => {
  expect(encodeAnswer({ kind: 'changeHeader', index: 2, name: 'X', value: '' })).toEqual(
    frame('m', Buffer.concat([numbers(2), Buffer.from('X\0\0')])),
  );
  expect(encodeAnswer({ kind: 'insertHeader', index: 0, name: 'X', value: ' caf\xe9' })).toEqual(
    frame('i', Buffer.concat([numbers(0), Buffer.from('X\0 caf\xe9\0', 'latin1')])),
  );
});

it('lets no NUL end a text early', () => {
  expect(encodeAnswer({ kind: 'deleteRecipient', path: '<a\0b@example.org>' })).toEqual(
    frame('-', '<ab@example.org>\0'),
  );
  expect(encodeAnswer({ kind: 'quarantine', reason: 'a\0b' })).toEqual(frame('q', 'ab\0'));
});

it('gives replies with their code on every line, and percent signs doubled for Sendmail', () => {
  const one = reply(550, '5.7.1', '100% refused');
  expect(encodeAnswer({ kind: 'reply', reply: one })).toEqual(frame('y', '550 5.7.1 100%% refused\0'));
  const two = reply(451, '4.7.1', 'first', 'second');
  expect(encodeAnswer({ kind: 'reply', reply: two })).toEqual(
    frame('y', '451-4.7.1 first\r\n451 4.7.1 second\0'),
  );
});
