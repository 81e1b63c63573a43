import { createMiddleware } from 'hono/factory';
import { apiError, isApi } from './api/error.ts';
import type { ConsoleParts } from './parts.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What changes something comes from our own pages, or from no browser at all: other sites can neither sign somebody in as somebody else
 * (there is no session then, hence no form token) nor out. Fetch Metadata where the browser sends it (by https and on loopback), else
 * Origin, which every browser sends with a POST.
 */
export function refuseOtherSites(parts: Pick<ConsoleParts, 'config'>) {
  return createMiddleware(async (context, next) => {
    if (SAFE.has(context.req.method)) return await next();
    const site = context.req.header('sec-fetch-site');
    const origin = context.req.header('origin');
    const isOurs =
      site === undefined ? origin === undefined || isHere(origin) : site === 'same-origin' || site === 'none';
    if (isOurs) return await next();
    const text = 'This came from another site.';
    if (isApi(context.req.path)) return apiError(context, 'forbidden', text);
    return context.text(text, 403);

    function isHere(from: string): boolean {
      const { url } = parts.config().console;
      const host = context.req.header('host');
      // `null`, and no Host header, are nobody's.
      return from === url || (host !== undefined && URL.parse(from)?.host === host);
    }
  });
}

/**
 * With `console.url` set, no other host gets pages: a name of somebody else that leads here (DNS rebinding) shows nothing. The API is told
 * by its token, which no page of another host has.
 */
export function refuseOtherHosts(parts: Pick<ConsoleParts, 'config'>) {
  return createMiddleware(async (context, next) => {
    const { url } = parts.config().console;
    const given = URL.parse(`http://${context.req.header('host') ?? ''}`);
    if (url === null || isApi(context.req.path) || isSameHost(new URL(url), given)) return await next();
    return context.text(
      'This host is not the one of console.url. A proxy in front must pass the Host header on.',
      421,
    );
  });
}

function isSameHost(url: URL, given: URL | null): boolean {
  if (given === null || given.hostname !== url.hostname) return false;
  const port = url.protocol === 'https:' ? ['', '443'] : ['', '80'];
  return url.port === given.port || (url.port === '' && port.includes(given.port));
}
