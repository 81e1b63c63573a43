import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Sink, startSink } from '../../src/gate/sink.ts';
import { threadRights } from '../../src/process/rights.ts';
import { postern as run } from '../commands/run.ts';
import { describeWith } from '../describe-with.ts';
import { selfSigned } from '../gate/support/certificate.ts';
import type { Requirement } from '../requirement.ts';
import { type Postern, startPostern } from './servers/postern.ts';
import { SmtpClient } from './smtp-client.ts';

const NOBODY = 65_534;
const ROOT = join(import.meta.dirname, '../..');
const FIRST_LOW_PORT = 600;
const FIRST_FREE_PORT = 1024;
const MESSAGE = Buffer.from(
  'From: Ada <ada@example.com>\r\nTo: b@inbox.example\r\nSubject: Minutes\r\n\r\nMonday.\r\n',
);

/** Root, to become somebody else; and sources that this other can read. */
function rootAndReadable(): Requirement {
  const name = 'root';
  if (process.getuid?.() !== 0) return { name, missing: 'only root can give up the rights of root' };
  try {
    execFileSync(process.execPath, ['-e', `require('fs').readFileSync('${ROOT}/src/main.ts')`], {
      uid: NOBODY,
      gid: NOBODY,
      stdio: 'ignore',
    });
  } catch {
    return { name, missing: `the user nobody cannot read ${ROOT}` };
  }
  return { name, missing: null };
}

/** A port that only root can bind. */
async function freeLowPort(): Promise<number> {
  for (let port = FIRST_FREE_PORT - 1; port >= FIRST_LOW_PORT; port -= 1) {
    const server = createServer();
    const bound = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!bound) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('no port below 1024 is free');
}

/** Every file and folder from `folder` on, with whose it is and its mode. */
function below(folder: string): { path: string; isFolder: boolean; uid: number; mode: string }[] {
  const names = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return names.map((path) => {
    const about = statSync(join(folder, path));
    const mode = (about.mode & 0o7777).toString(8).padStart(4, '0');
    return { path, isFolder: about.isDirectory(), uid: about.uid, mode };
  });
}

async function send(port: number, mailFrom: string): Promise<string> {
  const client = await SmtpClient.open(port);
  await client.command(`MAIL FROM:<${mailFrom}>`);
  await client.command('RCPT TO:<b@inbox.example>');
  const { text } = await client.data(MESSAGE);
  client.close();
  return text;
}

describeWith(rootAndReadable(), 'postern serve, started as root with process.user', () => {
  let directory: string;
  let sink: Sink;
  let postern: Postern;
  const certificate = selfSigned();

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'postern-rights-'));
    chmodSync(directory, 0o755);
    mkdirSync(join(directory, 'run'), { mode: 0o755 });
    chownSync(join(directory, 'run'), NOBODY, NOBODY);
    sink = await startSink({ directory: join(directory, 'sink') });
    postern = await startPostern({
      directory: join(directory, 'postern'),
      nextHopPort: sink.port,
      port: await freeLowPort(),
      settings: {
        gate: { tls: certificate && rootsKey(certificate.certFile, certificate.keyFile), spoolAboveBytes: 1 },
        milter: { listen: [join(directory, 'run/milter.sock')], socketMode: '0666' },
        process: { user: 'nobody' },
        policy: { block: ['blocked.example'], blockAction: 'quarantine' },
      },
    });
  });

  afterAll(async () => {
    await postern?.stop();
    await sink?.close();
    rmSync(directory, { recursive: true });
  });

  /** A key that root alone can read. */
  function rootsKey(certFile: string, keyFile: string): { cert: string; key: string } {
    const at = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
    copyFileSync(certFile, at.cert);
    copyFileSync(keyFile, at.key);
    chmodSync(at.key, 0o600);
    return at;
  }

  it('takes and delivers a message at a port below 1024', async () => {
    expect(postern.port).toBeLessThan(FIRST_FREE_PORT);
    expect(await send(postern.port, 'ada@example.com')).toMatch(/^250 /);
    expect(sink.count).toBe(1);
  });

  it.skipIf(certificate === null)('offers STARTTLS with a key that only root could read', async () => {
    const client = await SmtpClient.open(postern.port);
    expect((await client.command('STARTTLS')).code).toBe(220);
    client.close();
  });

  it('has no thread that is still root, in any of its four ids, its groups or its capabilities', () => {
    const threads = threadRights(postern.pid);
    const ids = [NOBODY, NOBODY, NOBODY, NOBODY];
    // The main thread, the pool of libuv, and those that inspect.
    expect(threads.length).toBeGreaterThan(5);
    for (const thread of threads) {
      expect(thread).toEqual({ task: thread.task, uids: ids, gids: ids, groups: [NOBODY], capabilities: 0n });
    }
  });

  it('keeps mail, addresses and decisions in files of its own that nobody else can read', async () => {
    expect(await send(postern.port, 'eve@blocked.example')).toMatch(/^250 /);
    const found = below(join(directory, 'postern/var'));
    const names = found.map(({ path }) => path).join('\n');
    expect(names).toMatch(/\.eml$/m);
    expect(names).toMatch(/^ledger\/.*ndjson$/m);
    expect(names).toMatch(/^reputation\.sqlite-wal$/m);
    for (const { path, isFolder, uid, mode } of found) {
      expect({ path, uid, mode }).toEqual({ path, uid: NOBODY, mode: isFolder ? '0700' : '0600' });
    }
  });

  it('opens the socket of the milter as its own, in the mode that is configured', () => {
    const { uid, mode } = statSync(join(directory, 'run/milter.sock'));
    expect({ uid, mode: mode & 0o777 }).toEqual({ uid: NOBODY, mode: 0o666 });
  });

  it('says in its log what it became', async () => {
    const line = (await postern.log()).split('\n').find((text) => text.includes('rights_given_up')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ user: 'nobody', uid: NOBODY, gid: NOBODY });
  });
});

describe('postern serve does not start', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'postern-refused-'));
    chmodSync(directory, 0o755);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function refused(settings: object, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const file = join(directory, 'postern.yaml');
    const gate = { listen: ['127.0.0.1:0'], nextHop: { host: '127.0.0.1', port: 9 } };
    writeFileSync(file, stringify({ gate, observe: { listen: null }, ...settings }));
    const { code, stderr } = await run(['serve', '--config', file], { cwd: directory, env });
    expect(code).not.toBe(0);
    return `${code}: ${stderr}`;
  }

  it('for a user that does not exist', async () => {
    expect(await refused({ process: { user: 'no-such-user' } })).toMatch(
      /^2: postern: process\.user: there is no user "no-such-user"/,
    );
  });

  it('for root as the user to become', async () => {
    expect(await refused({ process: { user: 'root' } })).toMatch(/^2: .*"root" is root/);
  });

  it('for a group without a user', async () => {
    expect(await refused({ process: { group: 'nogroup' } })).toMatch(
      /^2: .*process\.group: needs process\.user/,
    );
  });

  /** With a spool in which everybody may write. */
  async function refusedForItsSpool(): Promise<string> {
    const spool = join(directory, 'spool');
    mkdirSync(spool);
    chmodSync(spool, 0o777);
    return refused({ gate: { listen: ['127.0.0.1:0'], nextHop: { host: 'a' }, spool } });
  }

  it('where everybody may write in a folder of mail', async () => {
    expect(await refusedForItsSpool()).toMatch(/^2: [\s\S]*spool: everybody may write in it \(mode 0777\)/);
  });

  it.skipIf(process.getuid?.() !== 0)('as root without a warning that says what to set', async () => {
    expect(await refusedForItsSpool()).toMatch(/"level":"warn".*runs_as_root.*set process\.user/);
  });

  it.skipIf(process.getuid?.() !== 0)('where io_uring would keep the rights that go', async () => {
    const said = await refused({ process: { user: 'nobody' } }, { UV_USE_IO_URING: '1' });
    expect(said).toMatch(/^3: .*UV_USE_IO_URING is set/);
  });

  it.skipIf(process.getuid?.() !== 0)('for a port that another has, and says which', async () => {
    const server = createServer().listen(await freeLowPort(), '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const gate = { listen: [`127.0.0.1:${port}`], nextHop: { host: 'a' } };
    expect(await refused({ gate, process: { user: 'nobody' } })).toMatch(
      new RegExp(`^3: .*EADDRINUSE.*:${port}`),
    );
    server.close();
  });
});
