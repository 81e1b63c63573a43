import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReply } from '../../../src/evidence/clamd/reply.ts';

describe('a reply of clamd', () => {
  it.each([
    ['stream: OK', { kind: 'clean' }],
    ['stream: Our.Test-1 FOUND', { kind: 'found', signature: 'Our.Test-1' }],
    ['stream: Our FOUND.Test FOUND', { kind: 'found', signature: 'Our FOUND.Test' }],
    ['INSTREAM size limit exceeded. ERROR', { kind: 'tooLarge' }],
    ['stream: Can not read ERROR', { kind: 'error', detail: 'answered "stream: Can not read ERROR"' }],
    ['', { kind: 'error', detail: 'no reply' }],
    ['OK', { kind: 'error', detail: 'answered "OK"' }],
    ['220 mx.example ESMTP', { kind: 'error', detail: 'answered "220 mx.example ESMTP"' }],
  ])('%j is understood', (text, reply) => expect(readReply(text)).toEqual(reply));

  it.each([
    [200, 200],
    [201, 200],
  ])('keeps 200 characters of a name with %i', (length, kept) => {
    expect(readReply(`stream: ${'x'.repeat(length)} FOUND`)).toEqual({
      kind: 'found',
      signature: 'x'.repeat(kept),
    });
  });

  it('is clean only in one wording', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (text !== 'stream: OK') expect(readReply(text).kind).not.toBe('clean');
      }),
    );
  });
});
