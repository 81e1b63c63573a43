import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Hono } from 'hono';

const require = createRequire(import.meta.url);

/** What pages load, all of it from here: by path below /assets/, read once. */
const ASSETS: Readonly<Record<string, { readonly type: string; readonly body: Buffer }>> = {
  'console.css': { type: 'text/css; charset=utf-8', body: own('console.css') },
  'console.js': { type: 'text/javascript; charset=utf-8', body: own('console.js') },
  'htmx.js': {
    type: 'text/javascript; charset=utf-8',
    body: readFileSync(require.resolve('htmx.org/dist/htmx.min.js')),
  },
};

function own(name: string): Buffer {
  return readFileSync(new URL(`./assets/${name}`, import.meta.url));
}

/** GET /assets/NAME, for anybody: there is nothing secret in them. */
export function assetRoutes(): Hono {
  const routes = new Hono();
  for (const [name, { type, body }] of Object.entries(ASSETS)) {
    routes.get(`/assets/${name}`, (context) =>
      context.body(new Uint8Array(body), 200, { 'content-type': type, 'cache-control': 'no-cache' }),
    );
  }
  return routes;
}
