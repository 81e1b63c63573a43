import { Hono } from 'hono';
import type { Access, Known } from '../../../src/console/access/access.ts';
import { consoleApp } from '../../../src/console/app.ts';
import type { ConsoleParts } from '../../../src/console/parts.ts';
import type { Principal } from '../../../src/console/principal.ts';
import { startConsole } from '../../../src/console/start.ts';

const COOKIE = 'test-user';
export const TEST_FORM_TOKEN = 'form-token-of-the-test';

export interface ServedConsole {
  /** http://127.0.0.1:port */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves the console over HTTP on loopback, to the people named here; who one is, a cookie says. */
export async function serveConsole(
  parts: ConsoleParts,
  people: readonly Principal[],
): Promise<ServedConsole> {
  const server = await startConsole(consoleApp(parts, accessFor(people)), '127.0.0.1:0', null);
  return { origin: `http://127.0.0.1:${server.port}`, close: () => server.close() };
}

/** Knows people by the cookie of `sessionCookie`; without passwords: signing in has its own tests. */
export function accessFor(people: readonly Principal[]): Access {
  const byName = new Map(people.map((principal) => [principal.name, principal]));
  return {
    known: async (request): Promise<Known | null> => {
      const name = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(request.headers.get('cookie') ?? '')?.[1];
      const principal = byName.get(decodeURIComponent(name ?? ''));
      return principal === undefined ? null : { principal, language: null, formToken: TEST_FORM_TOKEN };
    },
    openPages: new Hono(),
  };
}

/** Name and value of the cookie that makes a request one of `user`. */
export function sessionCookie(user: string): { readonly name: string; readonly value: string } {
  return { name: COOKIE, value: encodeURIComponent(user) };
}

/** As the Cookie header of a request without a browser. */
export function cookieHeader(user: string): string {
  const { name, value } = sessionCookie(user);
  return `${name}=${value}`;
}
