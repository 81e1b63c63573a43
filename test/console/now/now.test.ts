import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { consoleApp } from '../../../src/console/app.ts';
import { byMinute, CAMPAIGN_MESSAGES, campaigns, latencies } from '../../../src/console/now/figures.ts';
import { fillFromLedger } from '../../../src/console/now/fill.ts';
import { LiveWindow, WINDOW_MESSAGES, WINDOW_MS } from '../../../src/console/now/live.ts';
import { WHOLE } from '../../../src/quarantine/scope.ts';
import { decisionAt } from '../../lab/health/invented-ledger.ts';
import { accessFor, cookieHeader } from '../../system/console/served-console.ts';
import { type NowConsole, nowConsole, PEOPLE } from './now-console.ts';
import { anHour, NOW, seenAt } from './seen.ts';

const NORTH = { domains: ['north.example'], address: null };

function windowOf(...seen: readonly ReturnType<typeof seenAt>[]): LiveWindow {
  const live = new LiveWindow();
  for (const one of seen) live.add(one);
  return live;
}

describe('the window', () => {
  it('forgets what is an hour old, and not a millisecond before', () => {
    const live = windowOf(seenAt(WINDOW_MS / 60_000, 'old', { accept: ['north.example'] }));
    expect(live.inScope(WHOLE, new Date(NOW.getTime() - 1))).toHaveLength(1);
    expect(live.inScope(WHOLE, NOW)).toHaveLength(0);
  });

  it('keeps as many as it may, drops the oldest beyond, and says so', () => {
    const live = new LiveWindow();
    const add = (id: number) => live.add(seenAt(1, String(id), { accept: ['north.example'] }));
    for (let i = 0; i < WINDOW_MESSAGES - 1; i += 1) add(i);
    expect(live.isCut).toBe(false);
    add(WINDOW_MESSAGES - 1);
    expect(live.inScope(WHOLE, NOW)[0]?.id).toBe('0');
    add(WINDOW_MESSAGES);
    expect(live.isCut).toBe(true);
    const seen = live.inScope(WHOLE, NOW);
    expect([seen.length, seen[0]?.id]).toEqual([WINDOW_MESSAGES, '1']);
  });

  it('puts what the ledger has before what came meanwhile, each once', () => {
    const [a, b, c] = [3, 2, 1].map((minute) =>
      seenAt(minute, String(minute), { accept: ['north.example'] }),
    );
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were made');
    const live = windowOf(c);
    live.addEarlier([a, b, c]);
    expect(live.inScope(WHOLE, NOW).map(({ id }) => id)).toEqual(['3', '2', '1']);
  });

  it('C9 shows a message with recipients of two domains by the verdict for one’s own, and others’ not at all', () => {
    const live = windowOf(
      seenAt(2, 'both', { accept: ['north.example'], reject: ['south.example'] }),
      seenAt(1, 'theirs', { quarantine: ['south.example'] }),
    );
    expect(live.inScope(NORTH, NOW).map(({ id, verdict }) => [id, verdict])).toEqual([['both', 'accept']]);
    expect(live.inScope(WHOLE, NOW).map(({ verdict }) => verdict)).toEqual(['reject', 'quarantine']);
    expect(live.inScope({ domains: null, address: 'pat@north.example' }, NOW)).toEqual([]);
  });
});

describe('the figures', () => {
  it('count the minute that is under way last', () => {
    const live = windowOf(
      seenAt(59, 'first', { tag: ['north.example'] }),
      seenAt(0, 'last', { reject: ['north.example'] }),
    );
    const minutes = byMinute(live.inScope(WHOLE, NOW), NOW);
    expect(minutes).toHaveLength(60);
    expect([minutes[0]?.counts.tag, minutes[59]?.counts.reject]).toEqual([1, 1]);
  });

  it('give percentiles by nearest rank', () => {
    const live = windowOf(
      ...Array.from({ length: 100 }, (_, i) =>
        seenAt(1, String(i), { accept: ['north.example'] }, { seconds: (i + 1) / 100, stageSeconds: {} }),
      ),
    );
    expect(latencies(live.inScope(WHOLE, NOW))).toEqual([
      { stage: 'total', count: 100, p50: 0.5, p95: 0.95, p99: 0.99 },
    ]);
  });

  it('call it a campaign from three messages on, where any was not delivered', () => {
    const like = { likeness: ['link:fee.example', 'file:abc'] };
    const made = (count: number, verdict: 'accept' | 'reject') =>
      Array.from({ length: count }, (_, i) =>
        seenAt(1, `${verdict}${i}`, { [verdict]: ['north.example'] }, like),
      );
    const found = (...seen: readonly ReturnType<typeof seenAt>[]) =>
      campaigns(windowOf(...seen).inScope(WHOLE, NOW));
    expect(found(...made(CAMPAIGN_MESSAGES - 1, 'reject'))).toEqual([]);
    expect(found(...made(CAMPAIGN_MESSAGES, 'accept'))).toEqual([]);
    const both = found(...made(CAMPAIGN_MESSAGES, 'reject'), ...made(1, 'accept'));
    expect(both.map(({ messages, counts }) => [messages, counts.reject])).toEqual([[4, 3]]);
  });
});

function countIn(answer: string): number {
  return z.object({ messages: z.number() }).parse(JSON.parse(answer)).messages;
}

describe('the page and the API', () => {
  let console: NowConsole | null = null;
  afterEach(async () => console?.close());

  async function ask(path: string, user: string): Promise<Response> {
    console = await nowConsole(anHour());
    const app = consoleApp(console.parts, accessFor(PEOPLE));
    return app.request(`http://localhost${path}`, { headers: { cookie: cookieHeader(user) } });
  }

  it('C9 show a viewer of one domain nothing of another, neither counts nor campaigns', async () => {
    const text = await (await ask('/', 'vic')).text();
    expect(text).toContain('Parcel fee for south.example');
    expect(text).not.toContain('north.example');
    await console?.close();
    const all = await (await ask('/api/v1/now', 'ada')).text();
    await console?.close();
    const own = await (await ask('/api/v1/now', 'vic')).text();
    expect(own).not.toContain('north.example');
    expect(countIn(own)).toBe(
      anHour().filter(({ fates }) => fates[0]?.domains[0] === 'south.example').length,
    );
    expect(countIn(all)).toBe(anHour().length);
  });

  it('tell who changed the configuration, and escape what strangers wrote', async () => {
    console = await nowConsole(
      Array.from({ length: 3 }, (_, i) =>
        seenAt(
          1,
          String(i),
          { reject: ['north.example'] },
          {
            likeness: ['link:x.example'],
            subject: '<script>alert(1)</script>',
          },
        ),
      ),
    );
    const app = consoleApp(console.parts, accessFor(PEOPLE));
    const answer = await app.request('http://localhost/', { headers: { cookie: cookieHeader('ada') } });
    const text = await answer.text();
    expect(text).toContain('config:policy.default.quarantine');
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).not.toContain('<script>alert');
  });

  it('send a recipient to their own page, and refuse the API', async () => {
    const answer = await ask('/', 'rae');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/own']);
    await console?.close();
    expect((await ask('/api/v1/now', 'rae')).status).toBe(403);
  });

  it('fill the window from the ledger at the start', async () => {
    console = await nowConsole([]);
    const record = decisionAt(new Date(NOW.getTime() - 60_000), []);
    await console.parts.ledger.append(record);
    const live = new LiveWindow();
    await fillFromLedger(live, console.parts.config().ledger.directory, NOW);
    expect(live.inScope(WHOLE, NOW).map(({ id, verdict }) => [id, verdict])).toEqual([
      [record.id, record.verdict],
    ]);
  });
});
