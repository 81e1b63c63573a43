import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  MAX_LABEL_LENGTH,
  MAX_NAME_LENGTH,
  normaliseName,
  type Upstream,
} from '../../../src/evidence/dns/answer.ts';
import {
  createResolver,
  type DnsSettings,
  FAILED_TTL_SECONDS,
  MAX_TTL_SECONDS,
  MIN_TTL_SECONDS,
  NOTHING_TTL_SECONDS,
  UNKNOWN_TTL_SECONDS,
} from '../../../src/evidence/dns/resolver.ts';
import { startUdpServer } from './udp-server.ts';

const SETTINGS: DnsSettings = {
  enabled: true,
  servers: [],
  questionTimeoutMs: 500,
  messageTimeoutMs: 1000,
  cacheEntries: 100,
  questionsPerMessage: 5,
};
const LIMITS = { timeoutMs: 1000, maxQuestions: 5 };

function counting(answer: Upstream): Upstream & { calls: number } {
  const upstream = Object.assign(
    (...question: Parameters<Upstream>) => {
      upstream.calls += 1;
      return answer(...question);
    },
    { calls: 0 },
  );
  return upstream;
}

const fails = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

afterEach(() => {
  vi.useRealTimers();
});

describe('the cache', () => {
  test.each([
    ['as long as the record says', async () => ({ records: ['192.0.2.1'], ttlSeconds: 60 }), 60],
    [
      'not longer than the cap',
      async () => ({ records: ['192.0.2.1'], ttlSeconds: 86_400 }),
      MAX_TTL_SECONDS,
    ],
    ['not shorter than the floor', async () => ({ records: ['192.0.2.1'], ttlSeconds: 0 }), MIN_TTL_SECONDS],
    [
      'for a while without a TTL',
      async () => ({ records: ['192.0.2.1'], ttlSeconds: null }),
      UNKNOWN_TTL_SECONDS,
    ],
    ['shortly where there is nothing', fails('ENOTFOUND'), NOTHING_TTL_SECONDS],
    ['briefly where it failed', fails('ESERVFAIL'), FAILED_TTL_SECONDS],
  ])('keeps an answer %s', async (_, answer, seconds) => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'Date'] });
    // lru-cache takes 0 for "no start".
    vi.advanceTimersByTime(1);
    const upstream = counting(answer);
    const resolver = createResolver(SETTINGS, { upstream });
    await resolver.lookup('host.example', 'A');
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 10);
    await resolver.lookup('HOST.example.', 'A');
    expect(upstream.calls).toBe(1);
    await vi.advanceTimersByTimeAsync(20);
    await resolver.lookup('host.example', 'A');
    expect(upstream.calls).toBe(2);
  });

  test('F7 keeps an answer as long when the wall clock jumps by hours, forth and back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const upstream = counting(async () => ({ records: ['192.0.2.1'], ttlSeconds: 600 }));
    const resolver = createResolver(SETTINGS, { upstream });
    for (const hours of [0, 7, -12, 30]) {
      vi.setSystemTime(Date.now() + hours * 3_600_000);
      await resolver.lookup('host.example', 'A');
    }
    expect(upstream.calls).toBe(1);
  });

  test('asks equal questions in flight once', async () => {
    let answer: (value: { records: string[]; ttlSeconds: null }) => void = () => undefined;
    const upstream = counting(() => new Promise((resolve) => (answer = resolve)));
    const resolver = createResolver(SETTINGS, { upstream });
    const both = [resolver.lookup('host.example', 'A'), resolver.lookup('host.example', 'A')];
    await Promise.resolve();
    answer({ records: ['192.0.2.1'], ttlSeconds: null });
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual(['records', 'records']);
    expect(upstream.calls).toBe(1);
  });

  test('is not changed by who was given its records', async () => {
    const upstream: Upstream = async () => ({ records: [['v=spf1 ', '-all']], ttlSeconds: null });
    const session = createResolver(SETTINGS, { upstream }).session(LIMITS);
    const [first] = await session.ask('a.example', 'TXT');
    if (Array.isArray(first)) first.length = 0;
    expect(await session.ask('a.example', 'TXT')).toEqual([['v=spf1 ', '-all']]);
    session.close();
  });
});

describe('names', () => {
  const label = 'a'.repeat(MAX_LABEL_LENGTH);
  const longest = [label, label, label, 'a'.repeat(MAX_NAME_LENGTH - 3 * (MAX_LABEL_LENGTH + 1))].join('.');

  test.each([
    ['Selector._DomainKey.Example.COM.', 'selector._domainkey.example.com'],
    [`${label}.example`, `${label}.example`],
    [`${label}a.example`, null],
    [longest, longest],
    [`${longest}a`, null],
    ['', null],
    ['.', null],
    ['a..example', null],
    ['a b.example', null],
    ['a\\.example', null],
    ['a\r\nb.example', null],
    ['bücher.example', null],
  ])('%j is asked as %j', (name, asked) => {
    expect(normaliseName(name)).toBe(asked);
  });

  test('that cannot exist are not asked, do not exist and are no failure', async () => {
    const upstream = counting(fails('ESERVFAIL'));
    const session = createResolver(SETTINGS, { upstream }).session(LIMITS);
    await expect(session.ask('a..example', 'TXT')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect([upstream.calls, session.failures]).toEqual([0, 0]);
    session.close();
  });
});

describe('a session', () => {
  const silent: Upstream = () => new Promise(() => undefined);

  test('says ENOTFOUND and ENODATA of what is not there, and counts no failure', async () => {
    const session = createResolver(SETTINGS, {
      upstream: async () => ({ records: [], ttlSeconds: null }),
    }).session(LIMITS);
    await expect(session.ask('a.example', 'TXT')).rejects.toMatchObject({ code: 'ENODATA' });
    expect([session.questions, session.failures]).toEqual([1, 0]);
    session.close();
  });

  test('asks up to its number of questions and not one more', async () => {
    const upstream: Upstream = async () => ({ records: ['192.0.2.1'], ttlSeconds: 60 });
    const session = createResolver(SETTINGS, { upstream }).session({ timeoutMs: 1000, maxQuestions: 2 });
    await session.ask('a.example', 'A');
    await session.ask('b.example', 'A');
    await expect(session.ask('c.example', 'A')).rejects.toMatchObject({ code: 'EQUESTIONS' });
    expect([session.questions, session.failures]).toEqual([2, 1]);
    session.close();
  });

  test('ends all its questions when its time is over', async () => {
    vi.useFakeTimers();
    const session = createResolver({ ...SETTINGS, questionTimeoutMs: 60_000 }, { upstream: silent }).session(
      LIMITS,
    );
    const first = expect(session.ask('a.example', 'A')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    await vi.advanceTimersByTimeAsync(LIMITS.timeoutMs);
    await first;
    await expect(session.ask('b.example', 'A')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(session.failures).toBe(2);
  });

  test('gives up one question after the question time-out', async () => {
    vi.useFakeTimers();
    const resolver = createResolver(SETTINGS, { upstream: silent });
    const answer = resolver.lookup('a.example', 'A');
    await vi.advanceTimersByTimeAsync(SETTINGS.questionTimeoutMs);
    expect(await answer).toEqual({ status: 'failed', code: 'ETIMEOUT' });
  });
});

describe('over UDP', () => {
  test('asks the configured server, and tells records, nothing, failure and silence apart', async () => {
    const server = await startUdpServer((name) => {
      if (name === 'text.example') return { txt: ['v=spf1 -all'] };
      if (name === 'silent.example') return 'silence';
      return { rcode: name === 'broken.example' ? 2 : 3 };
    });
    const resolver = createResolver({ ...SETTINGS, servers: [server.address] });
    try {
      const answers = await Promise.all(
        ['text', 'broken', 'missing', 'silent'].map((host) => resolver.lookup(`${host}.example`, 'TXT')),
      );
      expect(answers).toEqual([
        { status: 'records', records: [['v=spf1 -all']], ttlSeconds: null },
        { status: 'failed', code: 'ESERVFAIL' },
        { status: 'nothing', code: 'ENOTFOUND' },
        { status: 'failed', code: 'ETIMEOUT' },
      ]);
      expect(server.asked.filter((name) => name === 'silent.example').length).toBeGreaterThan(1);
    } finally {
      await server.close();
    }
  });
});
