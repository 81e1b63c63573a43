import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Postfix, startPostfix } from '../../../test/system/servers/postfix.ts';
import { freePort } from './postern.ts';
import { isInstalled } from './process.ts';
import { openRspamd } from './rspamd.ts';
import type { StartTarget, Target } from './target.ts';

/** Postfix that passes mail on to the sink, as a filter's place in the chain costs without any filter. */
export const startPostfixRelay: StartTarget = (sinkPort, folder) =>
  relay(sinkPort, join(folder, 'postfix'), '');

/** The same, with rspamd as its milter. */
export const startPostfixRspamd: StartTarget = async (sinkPort, folder) => {
  const rspamd = await openRspamd(folder);
  if (rspamd === null) return null;
  const milter = `smtpd_milters = inet:127.0.0.1:${rspamd.milterPort}\nmilter_protocol = 6\nmilter_default_action = accept\n`;
  const target = await relay(sinkPort, join(folder, 'postfix-rspamd'), milter);
  if (target === null) {
    await rspamd.stop();
    return null;
  }
  return {
    ...target,
    pids: [...target.pids, rspamd.pid],
    close: async () => {
      await target.close();
      await rspamd.stop();
    },
  };
};

async function relay(sinkPort: number, directory: string, milter: string): Promise<Target | null> {
  if (!(await isInstalled('/usr/sbin/postfix'))) return null;
  const port = await freePort();
  const postfix: Postfix = await startPostfix({
    directory,
    master: `127.0.0.1:${port} inet n - n - - smtpd`,
    main: `relay_domains = example.com
relay_transport = relay:[127.0.0.1]:${sinkPort}
smtp_host_lookup = native
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
smtp_tls_security_level = none
${milter}`,
    ports: [port],
    hostname: 'mx.example.net',
    domain: 'inbox.example',
    recipients: ['nobody'],
  });
  const pid = Number(await readFile(join(directory, 'queue/pid/master.pid'), 'utf8'));
  return { port, protocol: 'smtp', preamble: null, pids: [pid], close: () => postfix.stop() };
}
