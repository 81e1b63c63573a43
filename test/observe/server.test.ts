import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HttpListener } from '../../src/http-listener.ts';
import { type Check, runChecks } from '../../src/observe/health.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { startObserve } from '../../src/observe/server.ts';

let metrics: Metrics;
let server: HttpListener;
let ready: Check[];

beforeEach(async () => {
  metrics = createMetrics();
  ready = [];
  server = await startObserve({ listen: '127.0.0.1:0', metrics, health: [], ready });
});

afterEach(async () => {
  await server.close();
});

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);

describe('the observation server', () => {
  test('gives the metrics in the format of Prometheus', async () => {
    metrics.bareLineEnds.inc(3);
    const response = await ask('/metrics');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('\npostern_bare_line_ends_total 3\n');
  });

  test('a held count that cannot be read does not take the other metrics with it', async () => {
    metrics.readHeldFrom(async () => Number.NaN);
    expect(await (await ask('/metrics')).text()).toMatch(/^postern_quarantine_messages nan$/im);
  });

  test('is healthy while it answers', async () => {
    const response = await ask('/healthz');
    expect([response.status, await response.json()]).toEqual([200, { ok: true, checks: {} }]);
  });

  test('is ready when every check is, and else says which is not and why', async () => {
    ready.push({ name: 'model', run: () => undefined });
    expect((await ask('/readyz')).status).toBe(200);
    ready.push({ name: 'next_hop', run: () => Promise.reject(new Error('connection refused')) });
    const response = await ask('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      ok: false,
      checks: { model: 'ok', next_hop: 'connection refused' },
    });
  });

  test('is ready without what it can do without, and says so', async () => {
    ready.push({ name: 'inspection', run: () => undefined });
    const run = () => Promise.reject(new Error('connection refused'));
    ready.push({ name: 'reputation', isOptional: true, run });
    const response = await ask('/readyz');
    expect([response.status, await response.json()]).toEqual([
      200,
      { ok: true, checks: { inspection: 'ok', reputation: 'degraded: connection refused' } },
    ]);
  });

  test('runs the checks once for all who ask at the same time', async () => {
    let runs = 0;
    const { promise: gate, resolve: go } = Promise.withResolvers<void>();
    ready.push({
      name: 'next_hop',
      run: async () => {
        runs += 1;
        await gate;
      },
    });
    const asking = Array.from({ length: 5 }, () => ask('/readyz?probe=1'));
    await expect.poll(() => runs).toBe(1);
    setTimeout(go, 50);
    for (const response of await Promise.all(asking)) expect(response.status).toBe(200);
    expect(runs).toBe(1);
  });

  test('answers HEAD without a body', async () => {
    const response = await ask('/metrics', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
    const response = await ask('/metrics', { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test.each(['/', '/metrics/', '/../etc/passwd', '/feedback', '//example.com/metrics'])(
    '%s is not there',
    async (path) => {
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      request({ port: server.port, host: '127.0.0.1', path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
      expect(await promise).toBe(404);
    },
  );

  test('a request with too large a head is refused', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`GET /metrics HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('listens on loopback where no host is given', async () => {
    const other = await startObserve({ listen: ':0', metrics, health: [], ready: [] });
    expect(other.host).toBe('127.0.0.1');
    await other.close();
    const six = await startObserve({ listen: '[::1]:0', metrics, health: [], ready: [] });
    expect(six.host).toBe('::1');
    await six.close();
  });

  test('a port that is taken is an error', async () => {
    const listen = `127.0.0.1:${server.port}`;
    await expect(startObserve({ listen, metrics, health: [], ready: [] })).rejects.toThrow(/EADDRINUSE/);
  });
});

test('a check that does not answer has failed', async () => {
  const never = { name: 'slow', run: () => new Promise<void>(() => undefined) };
  expect(await runChecks([never], 10)).toEqual({ ok: false, checks: { slow: 'no answer in 10 ms' } });
});

test('a check that throws at once has failed', async () => {
  const throwing = {
    name: 'model',
    run: () => {
      throw new Error('not loaded');
    },
  };
  expect(await runChecks([throwing])).toEqual({ ok: false, checks: { model: 'not loaded' } });
});
