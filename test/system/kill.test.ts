import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sink, type SinkEnvelope, startSink } from '../../src/gate/sink.ts';
import { type Accounts, account } from './accounts.ts';
import { letters } from './corpora.ts';
import { type Letter, sendAll } from './send-all.ts';
import { freePort } from './servers/ports.ts';
import { type Postern, startPostern } from './servers/postern.ts';

const COUNT = 200;
/** Kill when so many have been answered. */
const KILL_AT = [50, 100, 150];
/** Mail from here is held whatever the models say: both ends of the way have to survive. */
const BLOCKED = 'blocked.example';
const RUN_LIMIT_MS = 300_000;

describe('kill -9 in the middle of a run', () => {
  let directory: string;
  let sink: Sink;
  let postern: Postern;
  let accounts: Accounts;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-kill-'));
    sink = await startSink({ directory: join(directory, 'sink') });
    const port = await freePort();
    const start = () =>
      startPostern({
        directory: join(directory, 'postern'),
        nextHopPort: sink.port,
        port,
        settings: { policy: { block: [BLOCKED], blockAction: 'quarantine' } },
      });
    postern = await start();
    const restarts: Promise<void>[] = [];
    const restart = async () => {
      await postern.kill();
      postern = await start();
    };
    const found = (await letters(COUNT, 'inbox.example')).letters.map(everyThirdBlocked);
    const outcomes = await sendAll(found, {
      port,
      connections: 8,
      retries: 500,
      onOutcome: (_, done) => {
        if (KILL_AT.includes(done)) restarts.push(restart());
      },
    });
    await Promise.all(restarts);
    expect(restarts).toHaveLength(KILL_AT.length);
    accounts = account(outcomes, { delivered: await keptBy(sink), held: await postern.held() });
  }, RUN_LIMIT_MS);

  afterAll(async () => {
    await postern?.stop();
    await sink?.close();
    await rm(directory, { recursive: true });
  });

  it('loses no message that was answered with 250', () => {
    expect(accounts.lostIds).toEqual([]);
  });

  it('answers every message in the end', () => {
    const { sent, delivered, held, refused, unanswered } = accounts;
    expect(unanswered).toBe(0);
    expect(delivered + held + refused).toBe(sent);
    expect(sent).toBe(COUNT);
  });

  it('had messages on both ways, delivered and held', () => {
    expect(accounts.delivered).toBeGreaterThan(0);
    expect(accounts.held).toBeGreaterThan(0);
  });

  it('sends none twice but where the connection broke before the answer', () => {
    expect(accounts.duplicated).toEqual([]);
  });

  it('holds whole messages only', async () => {
    for (const { id, sizeBytes } of (await postern.held()).slice(0, 5)) {
      const raw = await postern.command('quarantine', 'show', id, '--raw');
      expect(raw.length).toBeGreaterThan(0);
      expect(sizeBytes).toBeGreaterThan(0);
    }
  });
});

function everyThirdBlocked(letter: Letter, index: number): Letter {
  return index % 3 === 0 ? { ...letter, mailFrom: `mail@${BLOCKED}` } : letter;
}

/** What a sink has kept, by recipient. */
async function keptBy(sink: Sink): Promise<Map<string, Buffer[]>> {
  const kept = new Map<string, Buffer[]>();
  for (const name of (await readdir(sink.directory)).filter((file) => file.endsWith('.json'))) {
    const envelope: SinkEnvelope = JSON.parse(await readFile(join(sink.directory, name), 'utf8'));
    const raw = await readFile(join(sink.directory, name.replace(/\.json$/, '.eml')));
    for (const recipient of envelope.rcptTo) kept.set(recipient, [...(kept.get(recipient) ?? []), raw]);
  }
  return kept;
}
