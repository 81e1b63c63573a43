import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { Spool } from '../../src/gate/spool.ts';
import { newMailId } from '../../src/mail/id.ts';

async function openSpool() {
  const directory = join(await mkdtemp(join(tmpdir(), 'spool-')), 'deep', 'spool');
  return { directory, spool: await Spool.open({ directory, aboveBytes: 10, maxBytes: 100 }) };
}

async function read(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString('latin1');
}

test('a small message stays in memory, a larger one is a file that only we can read', async () => {
  const { spool, directory } = await openSpool();
  const small = await spool.receive(newMailId(), Readable.from([Buffer.from('0123456789')]));
  expect(await readdir(directory)).toEqual([]);
  const large = await spool.receive(
    newMailId(),
    Readable.from([Buffer.from('0123456789'), Buffer.from('a\nb')]),
  );
  const [file = ''] = await readdir(directory);
  expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
  expect(await read(small.content.stream())).toBe('0123456789');
  expect(await read(large.content.stream())).toBe('0123456789a\r\nb');
  expect(large.content.size).toBe(14);
  expect((await large.content.head(11)).toString()).toBe('0123456789a');
  await large.dispose();
  await small.dispose();
  expect(await readdir(directory)).toEqual([]);
});

test('a message that breaks off leaves no file', async () => {
  const { spool, directory } = await openSpool();
  const broken = Readable.from(
    (async function* () {
      yield Buffer.alloc(50, 'x');
      throw new Error('gone');
    })(),
  );
  await expect(spool.receive(newMailId(), broken)).rejects.toThrow('gone');
  expect(await readdir(directory)).toEqual([]);
});

test('files of processes that are gone are swept at the start, others stay', async () => {
  const { directory } = await openSpool();
  const gone = Number(execFileSync('sh', ['-c', 'echo $$']).toString());
  const names = {
    gone: `${newMailId()}.${gone}.spool`,
    running: `${newMailId()}.1.spool`,
    ours: `${newMailId()}.${process.pid}.spool`,
    sameNumber: `${newMailId()}.${process.pid}.spool`,
    foreign: 'notes.txt',
  };
  for (const name of Object.values(names)) await writeFile(join(directory, name), '');
  await utimes(join(directory, names.sameNumber), 0, 0);
  await Spool.open({ directory, aboveBytes: 10, maxBytes: 100 });
  expect((await readdir(directory)).sort()).toEqual([names.running, names.ours, names.foreign].sort());
});

test.each([1_023, 1_024, 1_025, 5_000])('S9 a message in %i chunks of one byte is whole', async (count) => {
  const { directory } = await openSpool();
  const spool = await Spool.open({ directory, aboveBytes: 4_000, maxBytes: 10_000 });
  const text = 'abcdefg'.repeat(count).slice(0, count);
  const bytes = Readable.from([...Buffer.from(text)].map((byte) => Buffer.from([byte])));
  const { content, dispose } = await spool.receive(newMailId(), bytes);
  expect(await read(content.stream())).toBe(text);
  await dispose();
});
