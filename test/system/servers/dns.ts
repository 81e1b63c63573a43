import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program, type Requirement } from '../../requirement.ts';
import { freePort } from './ports.ts';
import { until } from './wait.ts';

const DNSMASQ = '/usr/sbin/dnsmasq';
export const dnsRequirement: Requirement = program('dnsmasq', DNSMASQ);

export interface DnsRecords {
  /** Name → text, cut into strings of 255 as it must be. */
  readonly txt?: Readonly<Record<string, string>>;
  /** Name → address. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Domains whose questions get SERVFAIL. */
  readonly failing?: readonly string[];
  /** Domains whose questions get no answer. */
  readonly silent?: readonly string[];
}

export interface DnsServer {
  /** For `authentication.dns.servers`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** RCODE of RFC 1035 section 4.1.1. */
const SERVFAIL = 2;
/** A name that every server here knows: it is ready when it answers. */
const READY = 'ready.test';

/**
 * Starts a dnsmasq on loopback that knows these records and of every other name that it does not exist. It is ready when this
 * resolves. `directory` is a folder of its own.
 */
export async function startDns(directory: string, records: DnsRecords): Promise<DnsServer> {
  await mkdir(directory, { recursive: true });
  const failing = await startUpstream((query, send) => send(servfail(query)));
  const silent = await startUpstream(() => undefined);
  const port = await freePort();
  const file = join(directory, 'dnsmasq.conf');
  await writeFile(file, configuration(port, records, failing.port, silent.port));
  const child = spawn(DNSMASQ, ['--keep-in-foreground', `--conf-file=${file}`, '--log-facility=-'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (data: Buffer) => {
    log += data;
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    failing.close();
    silent.close();
  };
  try {
    await until('dnsmasq answers', () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      return knows(port);
    });
  } catch (error) {
    await stop();
    throw new Error(`dnsmasq did not start: ${(error as Error).message}\n${log}`);
  }
  return { address: `127.0.0.1:${port}`, stop };
}

function configuration(port: number, records: DnsRecords, failing: number, silent: number): string {
  const lines = [
    `port=${port}`,
    'listen-address=127.0.0.1',
    'bind-interfaces',
    'no-resolv',
    'no-hosts',
    'no-poll',
    'pid-file=',
    'user=',
    // What nobody knows does not exist: nothing is asked beyond this machine.
    'local=/#/',
    `txt-record=${READY},yes`,
    ...Object.entries(records.txt ?? {}).map(([name, text]) => `txt-record=${name},${quoted(text)}`),
    ...Object.entries(records.hosts ?? {}).map(([name, address]) => `host-record=${name},${address}`),
    ...(records.failing ?? []).map((domain) => `server=/${domain}/127.0.0.1#${failing}`),
    ...(records.silent ?? []).map((domain) => `server=/${domain}/127.0.0.1#${silent}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** RFC 1035 section 3.3.14: a text is strings of at most 255 octets. */
function quoted(text: string): string {
  const strings = text.match(/.{1,255}/gs) ?? [''];
  return strings.map((part) => `"${part}"`).join(',');
}

/** A question that fails means that it is not ready yet. */
async function knows(port: number): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  try {
    return (await resolver.resolveTxt(READY)).length > 0;
  } catch {
    return false;
  }
}

/** A server behind dnsmasq that does what dnsmasq itself cannot: fail. */
async function startUpstream(answer: (query: Buffer, send: (response: Buffer) => void) => void) {
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) =>
    answer(query, (response) => socket.send(response, peer.port, peer.address)),
  );
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}

function servfail(query: Buffer): Buffer {
  const response = Buffer.from(query);
  response.writeUInt16BE(0x8180 | SERVFAIL, 2);
  return response;
}
