import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestOf } from '../../src/inspection/digest.ts';
import { bufferContent, fileContent } from '../../src/mail/content.ts';

const MESSAGE = 'From: a@alder.example\r\nSubject: x\r\nReceived: inside\r\n\r\nReceived: body\r\n';
const TRACE =
  'Received: from alder.example\r\n\tby gate.example; Mon, 2 Mar 2026 09:00:00 +0000\r\nReturn-Path: <a@alder.example>\r\n';

const of = (text: string) => digestOf(bufferContent(Buffer.from(text)));

it('is the same whatever trace fields a hop has put before the message', async () => {
  const plain = await of(MESSAGE);
  expect(await of(TRACE + MESSAGE)).toBe(plain);
  expect(await of(TRACE.replace('09:00', '09:30') + TRACE + MESSAGE)).toBe(plain);
});

it('is another for another message, and for a Received further down', async () => {
  const plain = await of(MESSAGE);
  expect(await of(MESSAGE.replace('x', 'y'))).not.toBe(plain);
  expect(await of(MESSAGE.replace('inside', 'elsewhere'))).not.toBe(plain);
  expect(await of(MESSAGE.replace('body', 'other'))).not.toBe(plain);
});

it('is the same in memory and in a file, above the size of a chunk and of the traces', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-digest-'));
  const path = join(folder, 'mail');
  for (const text of ['', TRACE, MESSAGE, TRACE.repeat(700) + MESSAGE.repeat(5_000)]) {
    await writeFile(path, text);
    expect(await digestOf(fileContent(path, text.length))).toBe(await of(text));
  }
  await rm(folder, { recursive: true });
});

it('takes time in proportion to the size of hostile traces', async () => {
  // Nothing to match at its end: a reader that goes back would not come back.
  const hostile = `Received:${' \r\n\t'.repeat(15_000)}`;
  expect(await of(hostile)).toMatch(/^[0-9a-f]{64}$/);
});
