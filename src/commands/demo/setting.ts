import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { type LoadedConfig, loadConfig } from '../../config/load.ts';
import { type Sink, startSink } from '../../gate/sink.ts';
import { CONFIG_FILE } from '../config-file.ts';

/** All that the demo leaves behind; made anew by each run. */
export const DEMO_FOLDER = 'var/demo';
/** The host that stands before the gate in the demo, and whose authentication results it believes. */
export const EDGE = 'edge.demo.example';

export interface Setting {
  readonly sink: Sink;
  readonly loaded: LoadedConfig;
  /** The configuration that the run uses, for `postern … --config`. */
  readonly file: string;
}

/** A next hop that keeps mail, and a configuration of its own: the shipped one with the demo's folders and ports. */
export async function openSetting(): Promise<Setting> {
  await rm(DEMO_FOLDER, { recursive: true, force: true });
  await mkdir(DEMO_FOLDER, { recursive: true });
  const sink = await startSink({ directory: join(DEMO_FOLDER, 'mail') });
  const { config } = loadConfig(CONFIG_FILE, process.env);
  const at = (name: string) => resolve(DEMO_FOLDER, name);
  const file = at('postern.yaml');
  await writeFile(
    file,
    stringify({
      gate: {
        listen: ['127.0.0.1:0'],
        hostname: 'gate.demo.example',
        nextHop: { host: sink.host, port: sink.port, tls: 'off' },
        forwarders: ['127.0.0.1'],
        spool: at('spool'),
      },
      authentication: { trustedAuthservIds: [EDGE], dns: { enabled: false } },
      identity: config.identity,
      detect: config.detect,
      policy: config.policy,
      quarantine: { directory: at('quarantine') },
      reputation: { file: at('reputation.sqlite') },
      ledger: { directory: at('ledger') },
      observe: { listen: '127.0.0.1:0', log: { level: 'error' } },
    }),
  );
  return { sink, loaded: loadConfig(file, {}), file };
}
