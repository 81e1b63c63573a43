import { expect } from 'vitest';
import { consoleApp } from '../../../src/console/app.ts';
import { accessFor, cookieHeader } from '../../system/console/served-console.ts';
import { nowConsole, PEOPLE } from './now-console.ts';
import { seenAt } from './seen.ts';

/** Where the page Now leads from a campaign of messages that share this key. */
export async function likenessLinkOf(key: string): Promise<string> {
  const seen = [1, 2, 3, 4].map((n) =>
    seenAt(n, `${n}`, { quarantine: ['north.example'] }, { likeness: [key], category: 'scam' }),
  );
  const now = await nowConsole(seen);
  const app = consoleApp(now.parts, accessFor(PEOPLE));
  const page = await (await app.request('/', { headers: { cookie: cookieHeader('ada') } })).text();
  await now.close();
  const link = /href="(\/held\?likeness=[^"]+)"/.exec(page)?.[1];
  expect(link).toBeDefined();
  return link ?? '';
}
