import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeMta } from './support/fake-mta.ts';
import { startMilterHarness } from './support/harness.ts';

const BOB = 'bob@example.com';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'milter-socket-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a unix socket', () => {
  it('has the mode that is configured, and is gone with the milter', async () => {
    const path = join(folder, 'milter.sock');
    const { address, milter } = await startMilterHarness({ milter: { listen: [path], socketMode: '0620' } });
    expect(address).toBe(path);
    expect((await stat(path)).mode & 0o777).toBe(0o620);
    const mta = await FakeMta.greeted(path);
    expect((await mta.message([BOB], [], 'hello\r\n')).at(-1)?.code).toBe('a');
    mta.leave();
    await milter.close(1_000);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('that a dead process left is taken over', async () => {
    const path = join(folder, 'milter.sock');
    const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    const child = execFile(process.execPath, ['-e', code]);
    await once(child, 'exit');
    expect((await stat(path)).isSocket()).toBe(true);
    const { address } = await startMilterHarness({ milter: { listen: [path] } });
    expect((await FakeMta.agreed(address)).socket.destroyed).toBe(false);
  });

  it('where somebody listens is left alone', async () => {
    const path = join(folder, 'milter.sock');
    const other = createServer().listen(path);
    await once(other, 'listening');
    await expect(startMilterHarness({ milter: { listen: [path] } })).rejects.toThrow('EADDRINUSE');
    expect((await stat(path)).isSocket()).toBe(true);
    other.close();
  });

  it('is not made where another file stands', async () => {
    const path = join(folder, 'milter.sock');
    await writeFile(path, 'precious');
    await expect(startMilterHarness({ milter: { listen: [path] } })).rejects.toThrow('EADDRINUSE');
    expect((await stat(path)).size).toBe(8);
  });
});

describe('closing', () => {
  it('ends idle connections and takes no new ones', async () => {
    const { address, greeted, milter } = await startMilterHarness();
    const mta = await greeted();
    await milter.close(5_000);
    expect((await mta.reply()).code).toBe('CLOSED');
    await expect(FakeMta.open(address)).rejects.toThrow('ECONNREFUSED');
  });

  it('lets a message that is being judged end first', async () => {
    const judged = Promise.withResolvers<void>();
    const { greeted, mails, milter } = await startMilterHarness({ before: () => judged.promise });
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    const end = mta.end('hello\r\n');
    await vi.waitFor(() => expect(mails).toHaveLength(1));
    const closing = milter.close(5_000);
    judged.resolve();
    expect((await end).at(-1)?.code).toBe('a');
    expect((await mta.reply()).code).toBe('CLOSED');
    await closing;
  });

  it('lets a message that is still coming end first', async () => {
    const { greeted, milter } = await startMilterHarness();
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    const closing = milter.close(5_000);
    expect((await mta.ask('B', 'hello\r\n')).code).toBe('c');
    expect((await mta.end()).at(-1)?.code).toBe('a');
    await closing;
  });

  it('breaks off what takes longer than the grace, and the mail server still has it', async () => {
    const { greeted, mails, milter, quarantine } = await startMilterHarness({
      verdict: () => 'quarantine',
      before: () => new Promise(() => undefined),
    });
    const mta = await greeted();
    await mta.envelope('a@example.org', [BOB]);
    const end = mta.end('hello\r\n');
    await vi.waitFor(() => expect(mails).toHaveLength(1));
    await milter.close(50);
    expect(await end).toMatchObject([{ code: 'CLOSED' }]);
    expect(quarantine.held.size).toBe(0);
  });
});
