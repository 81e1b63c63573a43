import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sink, startSink } from '../../src/gate/sink.ts';
import type { Held } from '../../src/quarantine/quarantine.ts';
import { readCases } from '../cases/cases.ts';
import { sendAll } from './send-all.ts';
import { type Postern, startPostern } from './servers/postern.ts';
import { until } from './servers/wait.ts';

/** A program as an attachment is held whatever a model thinks. */
const HELD = '20-malware-double-extension';

describe('a held message, by the command line of a running gate', () => {
  let directory: string;
  let sink: Sink;
  let postern: Postern;
  let held: Held[];
  const raw = readCases().find(({ name }) => name === HELD)?.raw ?? Buffer.alloc(0);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-held-'));
    sink = await startSink({ directory: join(directory, 'sink') });
    postern = await startPostern({ directory: join(directory, 'postern'), nextHopPort: sink.port });
    const letters = ['anna', 'bela', 'cora'].map((id) => ({
      id,
      mailFrom: 'orders@supplier.example',
      recipient: `${id}@inbox.example`,
      raw,
    }));
    const outcomes = await sendAll(letters, { port: postern.port, connections: 1 });
    expect(outcomes.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
    held = await postern.held();
  });

  afterAll(async () => {
    await postern?.stop();
    await sink?.close();
    await rm(directory, { recursive: true });
  });

  function idOf(name: string): string {
    const id = held.find(({ recipients }) => recipients.includes(`${name}@inbox.example`))?.id;
    if (id === undefined) throw new Error(`nothing is held for ${name}`);
    return id;
  }

  async function delivered(): Promise<string[]> {
    const files = (await readdir(sink.directory)).filter((file) => file.endsWith('.eml')).sort();
    return Promise.all(files.map((file) => readFile(join(sink.directory, file), 'latin1')));
  }

  it('is listed with who, what and why, and is not at the next hop', async () => {
    expect(held).toHaveLength(3);
    expect(await delivered()).toEqual([]);
    const listed = await postern.command('quarantine', 'list', '--recipient', 'anna@inbox.example');
    expect(listed).toContain(idOf('anna'));
    expect(listed).not.toContain(idOf('bela'));
    expect(await postern.command('quarantine', 'show', idOf('anna'))).toContain('malware');
  });

  it('is shown raw as it came, byte for byte', async () => {
    const shown = await postern.command('quarantine', 'show', idOf('anna'), '--raw');
    expect(shown.startsWith('Received:')).toBe(false);
    expect(Buffer.from(shown, 'utf8').equals(raw)).toBe(true);
  });

  it('is explained from the ledger by its id', async () => {
    const told = await postern.command('explain', idOf('anna'));
    expect(told).toMatch(/Verdict {3}quarantine, category malware/);
    expect(told).toContain('together: a score of');
  });

  it('is released once, with a header that says so, and moves the feedback of the running gate when it was wrong', async () => {
    await postern.command('quarantine', 'release', idOf('anna'), '--wrong');
    const [message, ...more] = await delivered();
    expect(more).toEqual([]);
    expect(message?.startsWith('X-Postern-Verdict: accept; released; category=malware;')).toBe(true);
    expect(message?.slice(message.indexOf('\r\n\r\n'))).toBe(
      raw.toString('latin1').slice(raw.indexOf('\r\n\r\n')),
    );
    await expect(postern.command('quarantine', 'release', idOf('anna'))).rejects.toMatchObject({ code: 1 });
    expect(await delivered()).toHaveLength(1);
    await until('the gate has counted the feedback', async () =>
      /postern_feedback_total\{category="malware",was="unwanted",is="none"\} 1/.test(await postern.metrics()),
    );
  });

  it('is gone when it is deleted, and cannot be released any more', async () => {
    await postern.command('quarantine', 'delete', idOf('bela'));
    await expect(postern.command('quarantine', 'release', idOf('bela'))).rejects.toMatchObject({ code: 1 });
    expect(await postern.command('quarantine', 'list')).not.toContain(idOf('bela'));
  });

  it('stays held when the next hop is down, and says why', async () => {
    await sink.close();
    await expect(postern.command('quarantine', 'release', idOf('cora'))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(idOf('cora')),
    });
    expect((await postern.held()).find(({ id }) => id === idOf('cora'))?.state).toBe('held');
  });
});
