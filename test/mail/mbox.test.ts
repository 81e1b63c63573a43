import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMbox } from '../../src/mail/mbox.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-mbox-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function messagesOf(mbox: string): Promise<string[]> {
  const path = join(folder, 'test.mbox');
  await writeFile(path, mbox, 'latin1');
  const messages = [];
  for await (const bytes of readMbox(path)) messages.push(bytes.toString('latin1'));
  return messages;
}

const SEPARATOR = 'From anna@example.org Mon Nov 23 10:00:00 2026\n';

describe('readMbox', () => {
  it('gives each message without its separator and the empty line behind it', async () => {
    expect(await messagesOf(`${SEPARATOR}Subject: 1\n\none\n\n${SEPARATOR}Subject: 2\n\ntwo\n`)).toEqual([
      'Subject: 1\n\none\n',
      'Subject: 2\n\ntwo\n',
    ]);
  });

  it('takes one > off quoted From lines, however many there are', async () => {
    expect(await messagesOf(`${SEPARATOR}\n>From here\n>>From there\n> From quoted text\n`)).toEqual([
      '\nFrom here\n>From there\n> From quoted text\n',
    ]);
  });

  it('keeps CRLF line ends', async () => {
    expect(await messagesOf(`${SEPARATOR}Subject: 1\r\n\r\none\r\n`)).toEqual(['Subject: 1\r\n\r\none\r\n']);
  });

  it('refuses a file that is no mbox', async () => {
    await expect(messagesOf('Subject: 1\n\none\n')).rejects.toThrow('is no mbox file');
  });

  it('gives back what was written, for any messages', async () => {
    const text = fc
      .string({ unit: fc.constantFrom('a', '>', 'F', 'r', 'o', 'm', ' ', '\n') })
      .map((s) => `${s}x\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (messages) => {
        const mbox = messages.map((m) => `${SEPARATOR}${m.replace(/^(>*From )/gm, '>$1')}\n`).join('');
        expect(await messagesOf(mbox)).toEqual(messages);
      }),
      { numRuns: 50 },
    );
  });
});
