import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { expect, onTestFinished, test } from 'vitest';
import { startSink } from '../../src/gate/sink.ts';

async function sinkWith(accepts?: (recipient: string) => boolean) {
  const directory = await mkdtemp(join(tmpdir(), 'sink-'));
  const sink = await startSink({ directory, ...(accepts && { accepts }) });
  onTestFinished(() => sink.close());
  const transport = createTransport({ host: sink.host, port: sink.port, ignoreTLS: true });
  return { sink, transport };
}

test('a message is kept as it came, with its envelope beside it', async () => {
  const { sink, transport } = await sinkWith();
  await transport.sendMail({
    envelope: { from: 'ann@example.org', to: ['bob@example.com', 'cy@example.com'] },
    raw: 'Subject: hello\r\n\r\n.one dot\r\n',
  });
  expect(sink.count).toBe(1);
  expect(await readFile(join(sink.directory, '000001.eml'), 'utf8')).toBe(
    'Subject: hello\r\n\r\n.one dot\r\n',
  );
  expect(JSON.parse(await readFile(join(sink.directory, '000001.json'), 'utf8'))).toEqual({
    mailFrom: 'ann@example.org',
    rcptTo: ['bob@example.com', 'cy@example.com'],
    forwarded: {},
  });
});

test('a recipient that is not accepted is refused, and nothing is kept', async () => {
  const { sink, transport } = await sinkWith((recipient) => recipient !== 'nobody@example.com');
  const sent = transport.sendMail({
    envelope: { from: 'ann@example.org', to: ['nobody@example.com'] },
    raw: 'Subject: hello\r\n\r\nhello\r\n',
  });
  await expect(sent).rejects.toMatchObject({ responseCode: 550 });
  expect(await readdir(sink.directory)).toEqual([]);
});
