import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './postern.ts';
import { isInstalled, startProgram } from './process.ts';
import type { StartTarget } from './target.ts';

/** Haraka that scans nothing and passes on, as npm gives it. The folder with its node_modules comes from POSTERN_BENCH_HARAKA. */
export const startHaraka: StartTarget = async (sinkPort, folder) => {
  const packages = process.env.POSTERN_BENCH_HARAKA;
  if (packages === undefined) return null;
  const haraka = join(packages, 'node_modules/Haraka');
  if (!(await isInstalled(join(haraka, 'bin/haraka')))) return null;
  const home = join(folder, 'haraka');
  const config = join(home, 'config');
  await mkdir(home, { recursive: true });
  await cp(join(haraka, 'config'), config, { recursive: true });
  const port = await freePort();
  const files: Record<string, string> = {
    plugins: 'rcpt_to.in_host_list\nqueue/smtp_forward\n',
    host_list: 'example.com\n',
    me: 'haraka.example.net\n',
    'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    'smtp_forward.ini': `host=127.0.0.1\nport=${sinkPort}\n`,
    'log.ini': 'level=error\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(config, name), text);
  await writeFile(join(home, 'package.json'), '{}');
  const program = await startProgram(process.execPath, [join(haraka, 'bin/haraka'), '-c', home], {
    port,
    cwd: home,
    env: { NODE_PATH: join(packages, 'node_modules') },
  });
  return { port, protocol: 'smtp', preamble: null, pids: [program.pid], close: () => program.stop() };
};
