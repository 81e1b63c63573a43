import type { Context } from 'hono';
import { clientOf } from './client.ts';
import { secretCookie } from './cookie.ts';
import type { AccessParts } from './parts.ts';

/** What the browser shows of its session; null without one. */
export function sessionSecret(parts: Pick<AccessParts, 'config'>, context: Context): string | null {
  return secretCookie(context, 'postern', isHttps(parts, context));
}

/** By the connection, by a proxy that is believed, or since people reach the console by https. */
export function isHttps(parts: Pick<AccessParts, 'config'>, context: Context): boolean {
  const { proxies, tls, url } = parts.config().console;
  return tls !== null || url?.startsWith('https:') === true || clientOf(context, proxies).isHttps;
}
