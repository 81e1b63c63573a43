import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WHOLE } from '../../src/quarantine/scope.ts';
import { cookieHeader } from '../../test/system/console/served-console.ts';
import { COMMON, DOMAINS, RARE } from './invent.ts';
import type { FilledConsole } from './stores.ts';

export interface Question {
  readonly name: string;
  readonly kind: 'list' | 'search' | 'message';
  readonly user: 'ada' | 'ann';
  /** A path for each time. */
  readonly path: (time: number) => string;
}

export interface Times {
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Longest time that the event loop was held meanwhile: mail waits so long. */
  readonly loopHeldMs: number;
}

const TIMES = 20;
/** For caches and compiled code; a person's first click is slower. */
const UNCOUNTED = 2;
/** Of the sampling; a delay that is shown has it in it. */
const RESOLUTION_MS = 1;

export async function questionsOf({ quarantine, ids }: FilledConsole): Promise<Question[]> {
  const deep = encodeURIComponent(await deepCursor(quarantine));
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const list = (name: string, query: string, user: Question['user'] = 'ada'): Question => ({
    name,
    kind: 'list',
    user,
    path: () => `/held${query}`,
  });
  const search = (name: string, text: string, user: Question['user'] = 'ada'): Question => ({
    name,
    kind: 'search',
    user,
    path: () => `/held?text=${encodeURIComponent(text)}`,
  });
  return [
    list('first page', ''),
    list('first page, one domain', '', 'ann'),
    list('by score', '?sort=score'),
    list('by sender, ascending', '?sort=from&ascending=1'),
    list('by score, one domain', '?sort=score', 'ann'),
    list('deep page', `?cursor=${deep}`),
    list('released alone', '?state=released'),
    list('one category', '?category=malware'),
    list('one day', `?since=${day(10)}&until=${day(10)}`),
    list('high scores', '?minScore=0.99'),
    list('one sender', '?sender=baba'),
    list('one recipient', `?recipient=pat@${DOMAINS[0]}`),
    search('a rare word', RARE),
    search('a common word', COMMON),
    search('two words', `${COMMON} ${RARE}`),
    search('no such word', 'zzyzx'),
    search('a common word, one domain', COMMON, 'ann'),
    {
      name: 'a message',
      kind: 'message',
      user: 'ada',
      path: (time) => `/held/${ids[time % ids.length] ?? ''}`,
    },
  ];
}

/** The place behind the first 20,000. */
async function deepCursor(quarantine: FilledConsole['quarantine']): Promise<string> {
  let cursor: string | undefined;
  for (let page = 0; page < 100; page += 1) {
    const { next } = await quarantine.find({
      scope: WHOLE,
      states: ['held', 'releasing'],
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (next === null) break;
    cursor = next;
  }
  return cursor ?? '';
}

/** By HTTP, one after the other, from the request to the last byte of the page. */
export async function measure({ served }: FilledConsole, { path, user }: Question): Promise<Times> {
  const times: number[] = [];
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  for (let time = -UNCOUNTED; time < TIMES; time += 1) {
    if (time === 0) delays.enable();
    const begun = performance.now();
    const answer = await fetch(`${served.origin}${path(time + UNCOUNTED)}`, {
      headers: { cookie: cookieHeader(user) },
    });
    await answer.text();
    if (answer.status !== 200) throw new Error(`${path(time)}: ${answer.status}`);
    if (time >= 0) times.push(performance.now() - begun);
  }
  delays.disable();
  times.sort((a, b) => a - b);
  const at = (share: number) => rounded(times[Math.ceil(share * times.length) - 1] ?? Number.NaN);
  return { medianMs: at(0.5), p95Ms: at(0.95), loopHeldMs: rounded(delays.max / 1e6) };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
