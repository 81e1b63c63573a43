import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const dashboardSchema = z.object({
  title: z.string(),
  uid: z.string(),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      description: z.string().default(''),
      targets: z.array(z.object({ expr: z.string(), instant: z.boolean().default(false) })).default([]),
    }),
  ),
});

export type Dashboard = z.infer<typeof dashboardSchema>;

export interface PanelQuery {
  readonly title: string;
  readonly expression: string;
  /** One value, for now; otherwise a line over time. */
  readonly instant: boolean;
}

const DIRECTORY = join(import.meta.dirname, '..', '..', 'deploy', 'grafana', 'dashboards');

/** The dashboards that we ship. */
export function readDashboards(): Dashboard[] {
  return readdirSync(DIRECTORY)
    .filter((name) => name.endsWith('.json'))
    .map((name) => dashboardSchema.parse(JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8'))));
}

/** Every query of every panel, as it stands in the file. */
export function targetsOf(dashboard: Dashboard): PanelQuery[] {
  return dashboard.panels.flatMap((panel) =>
    panel.targets.map(({ expr, instant }) => ({ title: panel.title, expression: expr, instant })),
  );
}

/** A query as Grafana sends it, for all gates and a rate interval that fits a test. */
export function asSent(expression: string, rateInterval: string): string {
  return expression.replaceAll('$__rate_interval', rateInterval).replaceAll('$instance', '.*');
}
