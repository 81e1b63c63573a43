import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Hono } from 'hono';

const require = createRequire(import.meta.url);
const STYLES = ['foundation.css', 'lists-and-forms.css', 'signs-and-charts.css', 'console.css'];

/** What pages load, all of it from here: by path below /assets/, read once. */
const ASSETS: Readonly<Record<string, { readonly type: string; readonly body: Buffer }>> = {
  'console.css': { type: 'text/css; charset=utf-8', body: Buffer.concat(STYLES.map(own)) },
  'console.js': { type: 'text/javascript; charset=utf-8', body: own('console.js') },
  'htmx.js': {
    type: 'text/javascript; charset=utf-8',
    body: readFileSync(require.resolve('htmx.org/dist/htmx.min.js')),
  },
  'mark.svg': { type: 'image/svg+xml', body: own('mark.svg') },
};

function own(name: string): Buffer {
  return readFileSync(new URL(`./assets/${name}`, import.meta.url));
}

/** GET /assets/NAME, for anybody: there is nothing secret in them. A browser that has the same bytes is told so. */
export function assetRoutes(): Hono {
  const routes = new Hono();
  for (const [name, { type, body }] of Object.entries(ASSETS)) {
    const tag = `"${hash('sha256', body, 'hex').slice(0, 20)}"`;
    const headers = { 'content-type': type, 'cache-control': 'no-cache', etag: tag };
    routes.get(`/assets/${name}`, (context) =>
      context.req.header('if-none-match') === tag
        ? context.body(null, 304, headers)
        : context.body(new Uint8Array(body), 200, headers),
    );
  }
  routes.get('/favicon.ico', (context) => context.redirect('/assets/mark.svg', 301));
  return routes;
}
