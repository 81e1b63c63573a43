import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../src/config/schema.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { type Dashboard, readDashboards, targetsOf } from './dashboards.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DEPLOY = join(ROOT, 'deploy');
const read = (...path: string[]) => readFileSync(join(DEPLOY, ...path), 'utf8');

/** Series names that the metrics of Postern give: histograms have three. */
async function seriesNames(): Promise<Set<string>> {
  const names = new Set<string>();
  for (const { name, type } of await createMetrics().registry.getMetricsAsJSON()) {
    // The type of prom-client is a number in its typings and a word in what it gives.
    if (String(type) !== 'histogram') names.add(name);
    else for (const suffix of ['_bucket', '_sum', '_count']) names.add(name + suffix);
  }
  return names;
}

describe('Postfix samples', () => {
  it.each(['before-queue', 'first-hop', 'milter'])(
    '%s: its postern.yaml is a valid configuration',
    (name) => {
      const config = configSchema.parse(parse(read('postfix', `${name}.postern.yaml`)));
      expect(config.gate.nextHop?.port).toBe(10026);
    },
  );

  it.each(['before-queue', 'first-hop', 'milter', 'submission'])(
    'S3 %s: the return port excepts nobody from the smuggling check',
    (name) => {
      const master = read('postfix', `${name}.master.cf`);
      expect(master).toMatch(/^ {2}-o smtpd_forbid_bare_newline=reject$/m);
      expect(master).toMatch(/^ {2}-o smtpd_forbid_bare_newline_exclusions=$/m);
    },
  );
});

describe('compose file', () => {
  const compose = parse(read('docker', 'compose.yaml'));

  it('mounts files that exist', () => {
    for (const service of Object.values<{ volumes?: string[] }>(compose.services))
      for (const source of (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? ''))
        if (source.startsWith('.')) expect(existsSync(join(DEPLOY, 'docker', source)), source).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
  });

  it('scrapes the port that it makes Postern listen on', () => {
    const scrape = parse(read('prometheus', 'prometheus.yml'));
    const listen: string = compose.services.postern.environment.POSTERN_OBSERVE__LISTEN;
    expect(scrape.scrape_configs[0].static_configs[0].targets).toEqual([`postern:${listen.split(':')[1]}`]);
  });

  it('gives Grafana the data source that Prometheus is', () => {
    const { datasources } = parse(read('grafana', 'provisioning', 'datasources', 'prometheus.yaml'));
    expect(Object.keys(compose.services)).toContain(new URL(datasources[0].url).hostname);
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('docker', 'Dockerfile');

  it('copies what exists and what .dockerignore lets through', () => {
    const letThrough = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, list]) => list?.split(' ') ?? [],
    );
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(letThrough).toContain(source);
    }
  });

  it('runs as a user that is not root', () => {
    expect(dockerfile.match(/^USER .*$/gm)).toEqual(['USER node']);
  });
});

describe('systemd unit', () => {
  const analyze = '/usr/bin/systemd-analyze';

  it.skipIf(!existsSync(analyze))('has an exposure that systemd calls OK', () => {
    const said = execFileSync(
      analyze,
      ['security', '--offline=true', '--threshold=30', join(DEPLOY, 'systemd', 'postern.service')],
      { encoding: 'utf8' },
    );
    expect(said).toContain('OK');
  });
});

describe.each(readDashboards().map((each): [string, Dashboard] => [each.title, each]))(
  'Grafana dashboard %s',
  (_title, dashboard) => {
    it('has a title, a meaning and at least one query in every panel', () => {
      for (const panel of dashboard.panels.filter(({ type }) => type !== 'row')) {
        expect(panel.title, `panel ${panel.id}`).not.toBe('');
        expect(panel.description, panel.title).not.toBe('');
        expect(panel.targets.length, panel.title).toBeGreaterThan(0);
      }
    });

    it('numbers every panel once', () => {
      const ids = dashboard.panels.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('asks for metrics that exist', async () => {
      const known = await seriesNames();
      for (const { title, expression } of targetsOf(dashboard))
        for (const [name] of expression.matchAll(/\bpostern_\w+/g)) expect(known, title).toContain(name);
    });
  },
);

it('shows every metric on a dashboard', async () => {
  const asked = readDashboards()
    .flatMap(targetsOf)
    .map(({ expression }) => expression)
    .join('\n');
  const metrics = await createMetrics().registry.getMetricsAsJSON();
  const unseen = metrics.map(({ name }) => name).filter((name) => !asked.includes(name));
  expect(unseen).toEqual([]);
});

it('has one dashboard file per dashboard', () => {
  expect(readdirSync(join(DEPLOY, 'grafana', 'dashboards'))).toHaveLength(readDashboards().length);
});
