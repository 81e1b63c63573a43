import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

export type CookieName = 'postern' | 'postern-oidc';

/**
 * HttpOnly, of this host alone, and not sent with what other sites' forms post. By https the name has the prefix `__Host-`, which no
 * other host of the domain can set (RFC 6265bis section 4.1.3.2).
 */
export function setSecretCookie(
  context: Context,
  name: CookieName,
  value: string,
  { isHttps, seconds }: { readonly isHttps: boolean; readonly seconds: number },
): void {
  setCookie(context, name, value, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: isHttps,
    maxAge: seconds,
    ...(isHttps ? { prefix: 'host' as const } : {}),
  });
}

export function dropCookie(context: Context, name: CookieName, isHttps: boolean): void {
  setSecretCookie(context, name, '', { isHttps, seconds: 0 });
}

/** By https only the one with the prefix: a plain one could have come from a neighbour. */
export function secretCookie(context: Context, name: CookieName, isHttps: boolean): string | null {
  return (isHttps ? getCookie(context, name, 'host') : getCookie(context, name)) ?? null;
}
