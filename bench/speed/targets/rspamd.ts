import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startDns } from '../dns.ts';
import { cpuSeconds } from '../processes.ts';
import { freePort } from './postern.ts';
import { isInstalled, startProgram } from './process.ts';
import type { StartTarget } from './target.ts';

const RSPAMD = '/usr/bin/rspamd';
const WORKERS = 2;
/** It compiles its expressions after it has started; it is quiet when it has. */
const QUIET_SECONDS = 3;
const COMPILE_SECONDS = 120;
/** Modules that ask others, or keep what they have seen in Redis. */
const OFF = [
  'rbl',
  'fuzzy_check',
  'asn',
  'greylist',
  'mx_check',
  'url_redirector',
  'neural',
  'ratelimit',
  'history_redis',
  'replies',
  'antivirus',
  'reputation',
];

export interface Rspamd {
  readonly httpPort: number;
  readonly milterPort: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** rspamd of Debian with its rules; without what needs other servers. Null where it is not installed. */
export async function openRspamd(folder: string): Promise<Rspamd | null> {
  if (!(await isInstalled(RSPAMD))) return null;
  const home = join(folder, 'rspamd');
  const local = join(home, 'conf/local.d');
  for (const name of ['db', 'run', 'log', 'conf/local.d']) await mkdir(join(home, name), { recursive: true });
  const [httpPort, controller, milterPort] = [await freePort(), await freePort(), await freePort()];
  const dns = await startDns();
  const files: Record<string, string> = {
    'options.inc': `dns { nameserver = "${dns.address}:1"; timeout = 1s; retransmits = 1; }\n`,
    'worker-normal.inc': `bind_socket = "127.0.0.1:${httpPort}"; count = ${WORKERS};\n`,
    'worker-controller.inc': `bind_socket = "127.0.0.1:${controller}"; secure_ip = "127.0.0.1"; password = "x";\n`,
    'worker-proxy.inc': `bind_socket = "127.0.0.1:${milterPort}"; count = ${WORKERS}; milter = yes; timeout = 120s;
upstream "local" { default = yes; self_scan = yes; hosts = "127.0.0.1:${httpPort}"; }\n`,
    'statistic.conf': '',
    ...Object.fromEntries(OFF.map((name) => [`${name}.conf`, 'enabled = false;\n'])),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(local, name), text);
  await cp('/etc/rspamd/maps.d', join(home, 'conf/maps.d'), { recursive: true });
  await promisify(execFile)('chown', ['-R', '_rspamd:_rspamd', home]);
  await promisify(execFile)('chmod', ['a+rx', folder]);
  const variables = { LOCAL_CONFDIR: 'conf', DBDIR: 'db', RUNDIR: 'run', LOGDIR: 'log' };
  const program = await startProgram(
    RSPAMD,
    ['-f', '-u', '_rspamd', '-g', '_rspamd', '-c', '/etc/rspamd/rspamd.conf'].concat(
      Object.entries(variables).flatMap(([name, at]) => ['--var', `${name}=${join(home, at)}`]),
    ),
    { port: httpPort },
  );
  await quiet(program.pid);
  return {
    httpPort,
    milterPort,
    pid: program.pid,
    stop: async () => {
      await program.stop();
      dns.close();
    },
  };
}

async function quiet(pid: number): Promise<void> {
  let [before, calm] = [cpuSeconds([pid]), 0];
  for (let second = 0; second < COMPILE_SECONDS && calm < QUIET_SECONDS; second += 1) {
    await wait(1_000);
    const now = cpuSeconds([pid]);
    calm = now - before < 0.05 ? calm + 1 : 0;
    before = now;
  }
}

/** Scans alone, over HTTP: no mail goes through it. */
export const startRspamdHttp: StartTarget = async (_, folder) => {
  const rspamd = await openRspamd(folder);
  if (rspamd === null) return null;
  return {
    port: rspamd.httpPort,
    protocol: 'rspamd',
    preamble: null,
    pids: [rspamd.pid],
    close: () => rspamd.stop(),
  };
};
