import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { authenticationSource } from '../../src/evidence/authentication.ts';
import { createResolver } from '../../src/evidence/dns/resolver.ts';
import { type Sink, startSink } from '../../src/gate/sink.ts';
import { CLIENT, caseMail, keysOf, mailBytes, signed } from '../evidence/authentication-mail.ts';
import { startUdpServer, type UdpReply, type UdpServer } from '../evidence/dns/udp-server.ts';
import { type Postern, startPostern } from './servers/postern.ts';
import { BrokenOff, SmtpClient } from './smtp-client.ts';

const NO_SUCH_NAME: UdpReply = { rcode: 3 };
const DNS = { questionTimeoutMs: 300, messageTimeoutMs: 900 };

/** A key record has to fit into one string of the little server: 1024 bits in base64 do, without more tags. */
const key = (): UdpReply => ({ txt: [`p=${keysOf().publicKey.toString('base64')}`] });

/** What a sound server says of every domain: this client may send, this key signs, and mail without either is refused. */
function sound(name: string): UdpReply {
  if (name.startsWith('_dmarc.')) return { txt: ['v=DMARC1; p=reject'] };
  if (name.includes('._domainkey.')) return key();
  return name.split('.').length === 2 ? { txt: [`v=spf1 ip4:${CLIENT} -all`] } : NO_SUCH_NAME;
}

describe('A6 a DNS server that misbehaves', () => {
  let server: UdpServer;
  afterEach(() => server.close());

  async function authenticate(reply: (name: string) => UdpReply) {
    server = await startUdpServer(reply);
    const dns = { ...configSchema.parse({}).authentication.dns, ...DNS, servers: [server.address] };
    const options = { resolver: createResolver(dns), dns, mta: 'mx.example.net', trustedAuthservIds: [] };
    const [mail, message] = caseMail({ bytes: await signed(mailBytes('ann@shop.example'), 'shop.example') });
    return authenticationSource(options).gather(mail, message, {});
  }

  it('is not the one that the others are compared with', async () => {
    expect(await authenticate(sound)).toMatchObject({
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'pass',
      dnsFailures: 0,
    });
  });

  const faults: readonly (readonly [string, UdpReply])[] = [
    ['is silent', 'silence'],
    ['answers SERVFAIL', { rcode: 2 }],
    ['answers REFUSED', { rcode: 5 }],
    ['cuts its answers short and takes no TCP', 'truncated'],
    ['answers under a forged id', 'otherId'],
    ['answers another question', 'otherQuestion'],
    ['answers garbage', 'garbage'],
  ];

  it.each(faults)('and %s makes SPF, DKIM and DMARC temporary errors, never fails', async (_, fault) => {
    const facts = await authenticate(() => fault);
    expect(facts).toMatchObject({ spf: 'temperror', dkim: 'temperror', dmarc: 'temperror' });
    expect(facts).toMatchObject({ authenticatedDomain: '', source: 'live' });
    expect(facts.dnsFailures).toBeGreaterThan(0);
  });

  const is = {
    SPF: (name: string) => name === 'shop.example',
    DKIM: (name: string) => name.includes('._domainkey.'),
    DMARC: (name: string) => name.startsWith('_dmarc.'),
  };

  // Garbage breaks the socket for every question on it: those get a temporary error as well, which is all that A6 asks.
  it.each(faults.filter(([, fault]) => fault !== 'garbage'))(
    'and %s for one method leaves the others their results',
    async (_, fault) => {
      const only = async (method: keyof typeof is) => {
        const facts = await authenticate((name) => (is[method](name) ? fault : sound(name)));
        await server.close();
        server = await startUdpServer(sound);
        return facts;
      };
      expect(await only('SPF')).toMatchObject({ spf: 'temperror', dkim: 'pass', dmarc: 'pass' });
      expect(await only('DKIM')).toMatchObject({ spf: 'pass', dkim: 'temperror', dmarc: 'pass' });
      expect(await only('DMARC')).toMatchObject({ spf: 'pass', dkim: 'pass', dmarc: 'temperror' });
    },
    20_000,
  );
});

const COUNT = 40;
const CONNECTIONS = 8;

describe('F4 a gate whose DNS falls silent under load', () => {
  let directory: string;
  let sink: Sink;
  let dns: UdpServer;
  let isSilent: boolean;
  let postern: Postern | null = null;

  beforeAll(() => keysOf());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-silent-'));
    sink = await startSink({ directory: join(directory, 'sink') });
    isSilent = true;
    dns = await startUdpServer((name) => (isSilent ? 'silence' : sound(name)));
  });
  afterEach(async () => {
    await postern?.stop();
    await sink.close();
    await dns.close();
    await rm(directory, { recursive: true });
  });
  afterAll(() => {
    postern = null;
  });

  async function start(outcome: string): Promise<Postern> {
    postern = await startPostern({
      directory: join(directory, 'postern'),
      nextHopPort: sink.port,
      settings: {
        gate: { forwarders: ['127.0.0.1'] },
        authentication: { dns: { enabled: true, servers: [dns.address], ...DNS } },
        failures: { authentication: outcome },
        // What becomes of a message hangs on its evidence alone.
        policy: { default: { tag: null, quarantine: null } },
      },
    });
    return postern;
  }

  it.each(['open', 'tag'])(
    'goes on, with the outcome %s, and knows again when DNS is back',
    async (outcome) => {
      const { port, metrics } = await start(outcome);
      expect(await sendAll(port, 'silent')).toEqual(Array(COUNT).fill(250));
      expect(await failuresIn(await metrics(), outcome)).toBe(COUNT);
      const uncertain = await delivered();
      expect(uncertain).toHaveLength(COUNT);
      for (const text of uncertain) {
        expect(unfolded(text)).toMatch(
          /^Authentication-Results: [^;]+; spf=temperror [^;]+; dkim=temperror; dmarc=temperror/m,
        );
        if (outcome === 'tag') {
          expect(text).toMatch(/^X-Postern-Verdict: tag;/m);
          expect(unfolded(text)).toMatch(
            /^X-Postern-Reasons: .*evidence:authentication gave no answer \(timedOut\)/m,
          );
        } else expect(text).not.toMatch(/evidence:authentication/);
      }
      isSilent = false;
      expect(await sendAll(port, 'back')).toEqual(Array(COUNT).fill(250));
      // A busy machine may let a question time out all the same: then the message is counted, and says so.
      const late = (await failuresIn(await metrics(), outcome)) - COUNT;
      const certain = (await delivered()).slice(COUNT);
      expect(certain).toHaveLength(COUNT);
      const passed = certain.filter((text) =>
        /^Authentication-Results: [^;]+; spf=pass [^;]+; dkim=pass [^;]+; dmarc=pass/m.test(unfolded(text)),
      );
      expect(passed.length).toBe(COUNT - late);
      expect(late).toBeLessThan(COUNT / 4);
    },
    120_000,
  );

  it('puts mail off, with the outcome defer, and takes it when DNS is back', async () => {
    const { port, metrics } = await start('defer');
    expect(await sendAll(port, 'silent')).toEqual(Array(COUNT).fill(451));
    expect(await failuresIn(await metrics(), 'defer')).toBe(COUNT);
    expect(sink.count).toBe(0);
    isSilent = false;
    expect(await sendAll(port, 'back')).toEqual(Array(COUNT).fill(250));
    expect(await delivered()).toHaveLength(COUNT);
  }, 120_000);

  /** The codes that COUNT messages get, each from a domain of its own, so that no answer is known from the one before. */
  async function sendAll(port: number, about: string): Promise<number[]> {
    const numbers = Array.from({ length: COUNT }, (_, i) => i);
    const codes: number[] = [];
    const send = async () => {
      const client = await SmtpClient.open(port);
      for (let i = numbers.shift(); i !== undefined; i = numbers.shift()) {
        const domain = `${about}${i}.example`;
        const from = `ann@${domain}`;
        await agreed(client, `XFORWARD ADDR=${CLIENT} HELO=mail.${domain} PROTO=ESMTP SOURCE=REMOTE`);
        await agreed(client, `MAIL FROM:<${from}>`);
        await agreed(client, 'RCPT TO:<bob@inbox.example>');
        codes.push((await client.data(await signed(mailBytes(from), domain))).code);
      }
      client.close();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, send));
    return codes;
  }

  /** Messages at the next hop, in the order in which they came. */
  async function delivered(): Promise<string[]> {
    const names = (await readdir(sink.directory)).filter((name) => name.endsWith('.eml')).sort();
    return Promise.all(names.map((name) => readFile(join(sink.directory, name), 'latin1')));
  }
});

async function agreed(client: SmtpClient, command: string): Promise<void> {
  const { code, text } = await client.command(command);
  if (code !== 250) throw new BrokenOff(`${command}: ${text}`, false);
}

function unfolded(text: string): string {
  return text.replace(/\r\n[ \t]+/g, ' ');
}

function failuresIn(metrics: string, outcome: string): number {
  const labels = `source="authentication",reason="timedOut",outcome="${outcome}"`;
  const line = metrics
    .split('\n')
    .find((one) => one.startsWith('postern_evidence_failures_total{') && one.includes(labels));
  return Number(line?.split(' ').at(-1) ?? 0);
}
