import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sink, startSink } from '../../src/gate/sink.ts';
import { readCases } from '../cases/cases.ts';
import { describeWith } from '../describe-with.ts';
import { asSent, readDashboards, targetsOf } from './dashboards.ts';
import { type Letter, sendAll } from './send-all.ts';
import { freePort } from './servers/ports.ts';
import { type Postern, startPostern } from './servers/postern.ts';
import {
  checkConfig,
  checkMetrics,
  type Prometheus,
  prometheusRequirement,
  startPrometheus,
} from './servers/prometheus.ts';
import { SmtpClient } from './smtp-client.ts';

const CONFIGURATION = join(import.meta.dirname, '..', '..', 'deploy', 'prometheus', 'prometheus.yml');
/** Four scrapes and more: what Grafana takes for rates. */
/** Drift is told against the first days of the ledger: a gate of a few seconds has none. */
const NEEDS_DAYS = /postern_feature_drift/;
const RATE_INTERVAL = '10s';
const SET_UP_LIMIT_MS = 300_000;
const TOO_LARGE_BYTES = 600_000;

describeWith(prometheusRequirement, 'Prometheus', () => {
  let directory: string;
  let sink: Sink;
  let postern: Postern;
  let prometheus: Prometheus;
  const begun = new Date();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-prometheus-'));
    sink = await startSink({ directory: join(directory, 'sink') });
    postern = await startPostern({
      directory: join(directory, 'postern'),
      nextHopPort: sink.port,
      settings: {
        gate: { maxMessageBytes: TOO_LARGE_BYTES },
        // A name server that never answers: evidence that could not be had is to be seen, too.
        authentication: {
          dns: {
            enabled: true,
            servers: [`127.0.0.1:${await freePort()}`],
            questionTimeoutMs: 50,
            messageTimeoutMs: 100,
          },
        },
      },
    });
    prometheus = await startPrometheus(join(directory, 'prometheus'), await scrapeOf(postern.metricsPort));
    await prometheus.scraped(2);
    for (let round = 0; round < 3; round++) {
      await mixedTraffic(postern.port, round);
      await feedback(postern, sink, round);
      await sleep(1_500);
    }
    // Two more scrapes have seen the last of it.
    await sleep(2_500);
  }, SET_UP_LIMIT_MS);

  afterAll(async () => {
    await prometheus?.stop();
    await postern?.stop();
    await sink?.close();
    await rm(directory, { recursive: true });
  });

  for (const dashboard of readDashboards())
    it.each(targetsOf(dashboard).filter(({ expression }) => !NEEDS_DAYS.test(expression)))(
      `has data for "$title" of ${dashboard.title}: $expression`,
      async ({ expression, instant }) => {
        const sent = asSent(expression, RATE_INTERVAL);
        const values = instant
          ? (await prometheus.query(sent)).map(({ value }) => value)
          : (await prometheus.queryRange(sent, begun)).flatMap((series) => series.values);
        const numbers = values.map(([, value]) => Number(value)).filter((value) => !Number.isNaN(value));
        expect(numbers.length).toBeGreaterThan(0);
      },
    );

  it('finds nothing wrong with the metrics', async () => {
    expect(await checkMetrics(await postern.metrics())).toBe('');
  });

  it('finds nothing wrong with the shipped configuration', async () => {
    await checkConfig(CONFIGURATION);
  });
});

/** The shipped configuration, for this gate and a test's patience. */
async function scrapeOf(port: number): Promise<string> {
  const shipped = await readFile(CONFIGURATION, 'utf8');
  return shipped
    .replaceAll('postern:9725', `127.0.0.1:${port}`)
    .replaceAll('_interval: 15s', '_interval: 500ms');
}

/** All bundled cases, one that is too large and one with bare line ends. */
async function mixedTraffic(port: number, round: number): Promise<void> {
  const found = readCases().map(
    ({ name, raw, sidecar }): Letter => ({
      id: name,
      mailFrom: sidecar.envelope.mailFrom,
      recipient: `${name}-${round}@inbox.example`,
      raw,
    }),
  );
  await sendAll(found, { port, connections: 4 });
  const client = await SmtpClient.open(port);
  await client.command('MAIL FROM:<someone@sender.example>');
  await client.command('RCPT TO:<bare@inbox.example>');
  await client.command('DATA');
  await client.raw('Subject: bare\n\nbody\r\n.\r\n');
  await client.command(`MAIL FROM:<someone@sender.example> SIZE=${TOO_LARGE_BYTES + 1}`);
  client.close();
}

/** A person says of one message of each kind what it is: of the held, that it is clean; of the delivered, that it is spam. */
async function feedback(postern: Postern, sink: Sink, round: number): Promise<void> {
  const held = (await postern.held())[round];
  if (held === undefined) throw new Error('nothing was held');
  await postern.command('feedback', held.id, '--is', 'none');
  const accepted = (await decisionsAt(sink, 'accept'))[round];
  if (accepted === undefined) throw new Error('nothing was accepted');
  await postern.command('feedback', accepted, '--is', 'spam');
}

/** Ids of the decisions that came with messages, as X-Postern-Verdict says. */
async function decisionsAt(sink: Sink, verdict: string): Promise<string[]> {
  const ids: string[] = [];
  for (const name of (await readdir(sink.directory)).filter((file) => file.endsWith('.eml')).sort()) {
    const head = (await readFile(join(sink.directory, name), 'latin1')).slice(0, 4_096);
    const id = new RegExp(
      `^X-Postern-Verdict: ${verdict};(?:[^\\r]|\\r\\n[ \\t])*?\\bid=([\\w-]+)`,
      'm',
    ).exec(head)?.[1];
    if (id !== undefined) ids.push(id);
  }
  return ids;
}
