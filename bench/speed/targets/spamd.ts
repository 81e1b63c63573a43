import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './postern.ts';
import { isInstalled, startProgram } from './process.ts';
import type { StartTarget } from './target.ts';

const SPAMD = '/usr/sbin/spamd';
const CHILDREN = 2;

/** SpamAssassin of Debian, scanning alone: local tests without DNS, without Bayes. */
export const startSpamd: StartTarget = async (_, folder) => {
  if (!(await isInstalled(SPAMD))) return null;
  const home = join(folder, 'spamd');
  const site = join(home, 'site');
  await mkdir(home, { recursive: true });
  await cp('/etc/spamassassin', site, { recursive: true });
  await writeFile(join(site, 'local.cf'), 'dns_available no\nuse_bayes 0\nreport_safe 0\n');
  const port = await freePort();
  const children = [`--max-children=${CHILDREN}`, `--min-children=${CHILDREN}`, `--max-spare=${CHILDREN}`];
  const program = await startProgram(
    SPAMD,
    [
      '-L',
      '-x',
      `--siteconfigpath=${site}`,
      '-i',
      '127.0.0.1',
      '-p',
      String(port),
      ...children,
      '--min-spare=1',
      '-s',
      join(home, 'spamd.log'),
    ],
    { port, env: { HOME: home } },
  );
  return { port, protocol: 'spamd', preamble: null, pids: [program.pid], close: () => program.stop() };
};
