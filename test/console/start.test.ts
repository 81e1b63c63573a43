import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { createServer } from 'node:net';
import { Hono } from 'hono';
import { afterEach, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { startConsole } from '../../src/console/start.ts';
import { FIRST_FREE_PORT, takePrivileged } from '../../src/process/privileged.ts';
import { describeWith } from '../describe-with.ts';
import { selfSigned } from '../gate/support/certificate.ts';

const LOWEST = 600;
const app = new Hono().get('/', (context) => context.text('here'));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function freeLowPort(): Promise<number> {
  for (let port = FIRST_FREE_PORT - 1; port >= LOWEST; port -= 1) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error('no low port is free');
}

function answerOf(url: string): Promise<string> {
  const get = url.startsWith('https:') ? getSecure : getPlain;
  return new Promise((resolve, reject) => {
    get(url, { agent: false, rejectUnauthorized: false }, (answer) => {
      answer.setEncoding('utf8').once('data', resolve).once('error', reject);
    }).once('error', reject);
  });
}

const missing = process.getuid?.() === 0 ? null : 'only root binds a port below 1024';
describeWith({ name: 'root', missing }, 'a console at a port below 1024', () => {
  test('is bound, and its key read, before the rights are given up; who comes early waits', async () => {
    const certificate = selfSigned();
    const files = certificate && { cert: certificate.certFile, key: certificate.keyFile };
    const listen = `127.0.0.1:${await freeLowPort()}`;
    const taken = await takePrivileged(
      configSchema.parse({
        gate: { listen: [] },
        observe: { listen: null },
        console: { listen, tls: files },
      }),
    );
    const url = `${files === null ? 'http' : 'https'}://${listen}/`;
    const early = answerOf(url);
    const server = await startConsole(app, listen, taken.consoleTls, taken.ports.get(listen));
    closers.push(() => server.close());
    expect(`127.0.0.1:${server.port}`).toBe(listen);
    expect(await early).toBe('here');
    expect(await answerOf(url)).toBe('here');
  });
});

test('a port that is taken is an error of the start, not of later', async () => {
  const first = await startConsole(app, '127.0.0.1:0', null);
  closers.push(() => first.close());
  await expect(startConsole(app, `127.0.0.1:${first.port}`, null)).rejects.toThrow('EADDRINUSE');
});
