import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sink, startSink } from '../../../src/gate/sink.ts';
import { readCases } from '../../cases/cases.ts';
import { type PostgresServer, postgresRequirement, startPostgres } from '../../database/postgres.ts';
import { describeWith } from '../../describe-with.ts';
import { sendAll } from '../send-all.ts';
import { freePort } from '../servers/ports.ts';
import { type Postern, startPostern } from '../servers/postern.ts';
import { until } from '../servers/wait.ts';
import {
  axeSerious,
  chromiumRequirement,
  fitsWidth,
  openBrowser,
  screenshot,
  type TestBrowser,
  type Visit,
} from './browser.ts';

const MAIN = join(import.meta.dirname, '../../../src/main.ts');
/** A program as an attachment is held whatever a model thinks. */
const HELD = '20-malware-double-extension';
const PASSWORD = 'correct horse battery staple';

/** `postern serve` as a process, mail by SMTP, people as `postern users add` makes them. */
function describeService(url: () => string | null): void {
  let directory: string;
  let sink: Sink;
  let postern: Postern;
  let origin: string;
  let browser: TestBrowser;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'postern-console-'));
    sink = await startSink({ directory: join(directory, 'sink') });
    const listen = `127.0.0.1:${await freePort()}`;
    origin = `http://${listen}`;
    postern = await startPostern({
      directory: join(directory, 'postern'),
      nextHopPort: sink.port,
      settings: { console: { listen }, database: { url: url() } },
    });
    await addUser('ada', '--role', 'admin');
    await addUser('ann', '--role', 'analyst', '--domains', 'inbox.example');
    const raw = readCases().find(({ name }) => name === HELD)?.raw ?? Buffer.alloc(0);
    const letters = ['anna@inbox.example', 'otto@other.example', 'bela@inbox.example'].map((recipient) => ({
      id: recipient,
      mailFrom: 'orders@supplier.example',
      recipient,
      raw,
    }));
    const outcomes = await sendAll(letters, { port: postern.port, connections: 1 });
    expect(outcomes.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
    browser = await openBrowser();
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await postern?.stop();
    await sink?.close();
    rmSync(directory, { recursive: true });
  });

  async function addUser(name: string, ...grade: string[]): Promise<void> {
    const args = [MAIN, 'users', 'add', name, ...grade, '--config', postern.configFile];
    const child = spawn(process.execPath, args, {
      cwd: dirname(postern.configFile),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(`${PASSWORD}\n`);
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  }

  async function signIn({ page }: Visit, name: string, password = PASSWORD): Promise<void> {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  function delivered(): string[] {
    return readdirSync(sink.directory)
      .filter((file) => file.endsWith('.eml'))
      .map((file) => readFileSync(join(sink.directory, file), 'latin1'));
  }

  test.each([
    ['desktop', 'anna@inbox.example'],
    ['phone', 'bela@inbox.example'],
  ] as const)(
    'an analyst signs in, finds what was held, and releases it: %s',
    async (device, recipient) => {
      const before = delivered().length;
      const visit = await browser.visit({ origin, device });
      const { page } = visit;
      await visit.open('/held');
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await screenshot(visit, 'sign-in');
      await signIn(visit, 'ann');
      await page.getByRole('heading', { level: 1 }).waitFor();
      // C9: what is held for the other domain is not there.
      expect(await page.getByText('otto@other.example').count()).toBe(0);
      await visit.open(`/held?recipient=${recipient}`);
      await screenshot(visit, 'service-held');
      await page.locator('table.list tbody a').first().click();
      expect([await axeSerious(visit), await fitsWidth(visit)]).toEqual([[], true]);
      await screenshot(visit, 'service-message');
      expect(await page.getByText(recipient).count()).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'Release', exact: true }).click();
      await until('it is at the next hop', async () => delivered().length === before + 1);
      await visit.open(`/held?recipient=${recipient}&state=released`);
      await page.locator('table.list .badge.released').waitFor();
      await visit.close();
      const audit = await postern.command('audit', '--json');
      expect(audit).toMatch(/"actor":"ann"/);
    },
    120_000,
  );

  test('a wrong password opens nothing, and the right one does', async () => {
    const visit = await browser.visit({ origin, expects: [/40[13]/] });
    await visit.open('/');
    await signIn(visit, 'ada', 'not the password');
    await visit.page.getByRole('alert').waitFor();
    await screenshot(visit, 'sign-in-refused');
    expect(await axeSerious(visit)).toEqual([]);
    await signIn(visit, 'ada');
    await visit.page.getByRole('link', { name: 'Users' }).first().waitFor();
    await visit.close();
  }, 60_000);
}

describeWith(chromiumRequirement, 'the whole service in Chromium', () => {
  describe('on SQLite', () => describeService(() => null));
  describeWith(postgresRequirement, 'on PostgreSQL', () => {
    let postgres: PostgresServer;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres?.close());
    describeService(() => postgres.url);
  });
});
