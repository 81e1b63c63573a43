import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMail, readMail, readMailFile } from '../../src/mail/files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-mail-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function mailWith(name: string, sidecar?: unknown): Promise<string> {
  const path = join(folder, `${name}.eml`);
  await writeFile(path, 'Subject: Hello\r\n\r\nHello\r\n');
  if (sidecar !== undefined) await writeFile(join(folder, `${name}.json`), JSON.stringify(sidecar));
  return path;
}

describe('readMailFile', () => {
  it('takes date, envelope and results from the sidecar', async () => {
    const path = await mailWith('full', {
      date: '2026-03-09T07:27:32+00:00',
      envelope: { clientIp: '192.0.2.7', helo: 'mx.example.org', mailFrom: '', rcptTo: ['anna@example.com'] },
      auth: {
        spf: { result: 'pass', domain: 'example.org' },
        dkim: [{ result: 'fail', domain: null }],
        dmarc: { result: 'none', policy: 'reject' },
      },
    });
    const { mail, dated } = await readMailFile(path);
    expect(dated).toBe(true);
    expect(mail.receivedAt.toISOString()).toBe('2026-03-09T07:27:32.000Z');
    expect(mail.envelope).toEqual({
      clientIp: '192.0.2.7',
      clientName: null,
      helo: 'mx.example.org',
      mailFrom: '',
      rcptTo: ['anna@example.com'],
    });
    expect(mail.recordedAuthentication).toMatchObject({
      spf: { result: 'pass', domain: 'example.org' },
      dkim: [{ result: 'fail', domain: null }],
      dmarc: { result: 'none', policy: 'reject' },
    });
  });

  it('takes results that are words alone', async () => {
    const path = await mailWith('words', { auth: { spf: 'pass', dkim: 'none', dmarc: null } });
    const { mail } = await readMailFile(path);
    expect(mail.recordedAuthentication).toMatchObject({
      spf: { result: 'pass', domain: null },
      dkim: [{ result: 'none', domain: null }],
      dmarc: null,
    });
  });

  it('leaves unknown what the sidecar does not say, and everything without one', async () => {
    const empty = { clientIp: null, clientName: null, helo: null, mailFrom: null, rcptTo: [] };
    for (const path of [await mailWith('null', { envelope: null, auth: null }), await mailWith('bare')]) {
      const { mail, dated } = await readMailFile(path);
      expect(dated).toBe(false);
      expect(mail.envelope).toEqual(empty);
      expect(mail.recordedAuthentication).toBeNull();
    }
  });

  it('gives the same bytes the same id', async () => {
    const [one, other] = [await mailWith('one'), await mailWith('other', { date: '2026-01-01' })];
    expect((await readMailFile(one)).mail.id).toBe((await readMailFile(other)).mail.id);
  });

  it('names the sidecar and the key that is wrong', async () => {
    const path = await mailWith('wrong', { envelope: { rcptTo: 'anna@example.com' } });
    await expect(readMailFile(path)).rejects.toThrow(/wrong\.json: envelope\.rcptTo/);
  });
});

describe('findMail', () => {
  it('walks folders by name and takes .eml and .mbox files, and any file that is named', async () => {
    const root = join(folder, 'tree');
    await mkdir(join(root, 'b'), { recursive: true });
    const message = 'Subject: Hello\n\nHello\n';
    await writeFile(join(root, 'c.eml'), message);
    await writeFile(join(root, 'b', 'z.eml'), message);
    await writeFile(join(root, 'a.mbox'), `From x\n${message}\nFrom y\n${message}`);
    await writeFile(join(root, 'notes.txt'), message);
    const found = [];
    for await (const source of findMail([root, join(root, 'notes.txt')])) {
      found.push(source.label.slice(root.length + 1));
      expect((await readMail(source)).mail.content.size).toBe(message.length);
    }
    expect(found).toEqual(['a.mbox#0', 'a.mbox#1', 'b/z.eml', 'c.eml', 'notes.txt']);
  });

  it('rejects for a path that is not there', async () => {
    await expect(findMail([join(folder, 'nowhere')]).next()).rejects.toThrow('nowhere');
  });
});
