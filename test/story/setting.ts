import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Sink, startSink } from '../../src/gate/sink.ts';
import { OWN_DOMAINS } from '../company/cast.ts';
import { freePort } from '../system/servers/ports.ts';
import { type Postern, startPostern } from '../system/servers/postern.ts';
import { EDGE } from './letter.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Everything that runs during the story, and where its things lie. */
export interface Setting {
  /** Working folder of the gate: `var/` and the configuration. */
  readonly directory: string;
  readonly gate: Postern;
  readonly sink: Sink;
  /** Where people forward what they report. */
  readonly mailboxPort: number;
  readonly httpPort: number;
  readonly token: string;
  /** Rules of this site, beside the shipped ones; empty at first. */
  readonly rules: string;
  /** Their test messages, a folder a rule. */
  readonly cases: string;
  readonly ledger: string;
  close(): Promise<void>;
}

/** Starts a mail server that keeps what it gets, and a gate as a site would run it before that: shipped model, lists and rules. */
export async function openSetting(directory: string): Promise<Setting> {
  await using parts = new AsyncDisposableStack();
  const at = (...names: string[]) => join(directory, ...names);
  const [rules, cases, tokens] = [at('rules'), at('cases'), at('tokens')];
  for (const folder of [rules, cases]) await mkdir(folder, { recursive: true });
  const token = 'story-token-of-a-loopback-test-0001';
  await writeFile(tokens, `helpdesk ${token}\n`, { mode: 0o600 });
  // A folder of rules must hold a file.
  await writeFile(join(rules, 'site.yaml'), 'rules: []\n');
  const sink = parts.adopt(await startSink({ directory: at('mail') }), (it) => it.close());
  const [mailboxPort, httpPort] = [await freePort(), await freePort()];
  const gate = parts.adopt(
    await startPostern({
      directory,
      nextHopPort: sink.port,
      settings: {
        gate: { forwarders: ['127.0.0.1'] },
        inspection: { workers: 1 },
        authentication: { trustedAuthservIds: [EDGE] },
        identity: { ownDomains: [...OWN_DOMAINS], localLists: join(ROOT, 'test', 'company', 'lists') },
        detect: { rules: [join(ROOT, 'config', 'rules'), rules] },
        feedback: {
          mailbox: { listen: [`127.0.0.1:${mailboxPort}`] },
          http: { listen: `127.0.0.1:${httpPort}`, tokens },
        },
      },
    }),
    async (it) => {
      await it.stop();
    },
  );
  const running = parts.move();
  return {
    directory,
    gate,
    sink,
    mailboxPort,
    httpPort,
    token,
    rules,
    cases,
    ledger: at('var', 'ledger'),
    close: () => running.disposeAsync(),
  };
}
