import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_REPLY_BYTES } from '../../src/evidence/clamd/scan.ts';
import { clamdSource } from '../../src/evidence/clamd.ts';
import { failuresOf } from '../../src/evidence/evidence.ts';
import { bufferContent } from '../../src/mail/content.ts';
import type { Content } from '../../src/mail/mail.ts';
import { type FakeClamd, startFakeClamd, unframed } from './clamd/fake-clamd.ts';
import { evidenceOf, mailOf, messageOf } from './message-factory.ts';

const SETTINGS = { timeoutMs: 5_000, maxBytes: 1_000_000 };
const MAIL = Buffer.from('From: a@alder.example\r\n\r\nHello\r\n');

let server: FakeClamd | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const says = (text: string) => (socket: Socket) => socket.end(text);

async function ask(
  behave: (socket: Socket) => void,
  options: { content?: Content; timeoutMs?: number; maxBytes?: number; trigger?: () => boolean } = {},
) {
  const { content = bufferContent(MAIL), trigger, ...settings } = options;
  server = await startFakeClamd(behave, trigger === undefined ? {} : { trigger });
  const clamd = { ...SETTINGS, address: server.address, ...settings };
  return await evidenceOf({}, { mail: { content }, options: { clamd } });
}

describe('clamd', () => {
  it('is given the message as it is, and says it is clean', async () => {
    const { clamd } = await ask(says('stream: OK\0'));
    expect(clamd).toEqual({
      status: 'ok',
      facts: { asked: true, infected: false, signature: '', whole: true },
    });
    expect(unframed(server?.heard() ?? Buffer.alloc(0)).equals(MAIL)).toBe(true);
  });

  it('names what it found', async () => {
    const { clamd } = await ask(says('stream: Our.Test FOUND\0'));
    expect(clamd).toMatchObject({ facts: { infected: true, signature: 'Our.Test' } });
  });

  it('may reply in pieces, and before it has all', async () => {
    const behave = (socket: Socket) => {
      socket.write('stream: Our');
      setImmediate(() => socket.write('.Test FOUND\0'));
    };
    const content = bufferContent(Buffer.alloc(900_000));
    const { clamd } = await ask(behave, { content, trigger: () => true });
    expect(clamd).toMatchObject({ facts: { infected: true, signature: 'Our.Test' } });
  });

  it.each([
    [999, true],
    [1_000, true],
    [1_001, false],
  ])('is given at most 1,000 bytes of %i, and what is missing is a shortfall', async (size, whole) => {
    const bytes = Buffer.alloc(size, 'x');
    const evidence = await ask(says('stream: OK\0'), { content: bufferContent(bytes), maxBytes: 1_000 });
    expect(evidence.clamd).toMatchObject({ status: 'ok', facts: { whole } });
    expect(unframed(server?.heard() ?? Buffer.alloc(0)).equals(bytes.subarray(0, 1_000))).toBe(true);
    expect(failuresOf(evidence)).toEqual(
      whole
        ? []
        : [
            {
              what: 'evidence:clamd',
              reason: 'overBudget',
              detail: 'clamd was given the first 1000 bytes only',
              outcome: 'tag',
            },
          ],
    );
  });

  it('is given no more than that of a message in large pieces, and the rest is not even read', async () => {
    const piece = Buffer.alloc(200_000, 'x');
    let pieces = 0;
    const content: Content = {
      ...bufferContent(Buffer.alloc(0)),
      size: 100 * piece.length,
      stream: () =>
        new Readable({
          highWaterMark: 1,
          read() {
            this.push(pieces++ < 100 ? piece : null);
          },
        }),
    };
    const { clamd } = await ask(says('stream: OK\0'), { content, maxBytes: 65_536 });
    expect(clamd).toMatchObject({ facts: { whole: false } });
    expect(unframed(server?.heard() ?? Buffer.alloc(0)).length).toBe(65_536);
    expect(pieces).toBeLessThan(100);
  });

  it('is left when it has replied', async () => {
    let closed: Promise<unknown> = Promise.reject(new Error('no connection'));
    closed.catch(() => undefined);
    await ask((socket) => {
      closed = once(socket, 'close');
      socket.write('stream: OK\0');
    });
    await closed;
  });

  it('needs no whole message to have found something', async () => {
    const evidence = await ask(says('stream: Our.Test FOUND\0'), { maxBytes: 5 });
    expect(failuresOf(evidence)).toEqual([]);
  });

  it.each([
    ['INSTREAM size limit exceeded. ERROR\0', 'overBudget', /StreamMaxLength/],
    ['stream: Broken ERROR\0', 'error', /answered "stream: Broken ERROR"/],
    ['220 mx.example ESMTP\r\n', 'error', /220 mx.example/],
    ['', 'unavailable', /closed without a reply/],
    ['x'.repeat(MAX_REPLY_BYTES + 1), 'unavailable', /no end/],
  ])('that replies %j is a failure', async (reply, reason, detail) => {
    const { clamd } = await ask(says(reply));
    expect(clamd).toMatchObject({ status: 'failed', reason, outcome: 'tag' });
    expect(clamd).toHaveProperty('detail', expect.stringMatching(detail));
  });

  it('that is silent is a failure after its time', async () => {
    const { clamd } = await ask(() => undefined, { timeoutMs: 30 });
    expect(clamd).toMatchObject({ status: 'failed', reason: 'timedOut', outcome: 'tag' });
  });

  it('that breaks off is a failure', async () => {
    const content = bufferContent(Buffer.alloc(900_000));
    const { clamd } = await ask((socket) => socket.resetAndDestroy(), { content, trigger: () => true });
    expect(clamd).toMatchObject({ status: 'failed', reason: 'unavailable' });
  });

  it('that is not there is a failure', async () => {
    server = await startFakeClamd(says(''));
    const { address } = server;
    await server.close();
    server = null;
    const refused = await evidenceOf({}, { options: { clamd: { ...SETTINGS, address } } });
    expect(refused.clamd).toMatchObject({ status: 'failed', reason: 'unavailable', outcome: 'tag' });
    const noSocket = await evidenceOf({}, { options: { clamd: { ...SETTINGS, address: '/nowhere/clamd' } } });
    expect(noSocket.clamd).toMatchObject({ status: 'failed', reason: 'unavailable' });
  });

  it('does not hide a message that cannot be read', async () => {
    const content = {
      ...bufferContent(MAIL),
      stream: () =>
        new Readable({
          read() {
            this.destroy(new Error('the spool is gone'));
          },
        }),
    };
    server = await startFakeClamd(() => undefined);
    const source = clamdSource({ ...SETTINGS, address: server.address });
    await expect(source.gather(mailOf({ content }), messageOf(), {})).rejects.toThrow('the spool is gone');
  });

  it('is not asked where none is configured', async () => {
    const evidence = await evidenceOf({});
    expect(evidence.clamd).toEqual({
      status: 'ok',
      facts: { asked: false, infected: false, signature: '', whole: false },
    });
  });
});
