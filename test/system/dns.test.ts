import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { authenticationSource } from '../../src/evidence/authentication.ts';
import { createResolver, type Resolver } from '../../src/evidence/dns/resolver.ts';
import { describeWith } from '../describe-with.ts';
import { type Case, caseMail, keysOf, mailBytes, signed } from '../evidence/authentication-mail.ts';
import { addressOf, evidenceOf, factsFrom, linkTo } from '../evidence/message-factory.ts';
import { type DnsServer, dnsRequirement, startDns } from './servers/dns.ts';

const CLIENT = '198.51.100.7';
const key = () => `v=DKIM1; k=rsa; p=${keysOf().publicKey.toString('base64')}`;

const RECORDS = {
  txt: {
    'shop.example': 'v=spf1 ip4:198.51.100.0/24 include:mailer.example -all',
    'mailer.example': 'v=spf1 ip4:203.0.113.0/24 -all',
    'hosted.example': 'v=spf1 a:out.hosted.example -all',
    '_dmarc.shop.example': 'v=DMARC1; p=reject',
    's1._domainkey.shop.example': key(),
    's1._domainkey.other.example': key(),
    'half.example': 'v=spf1 include:failing.example -all',
    '_dmarc.half.example': 'v=DMARC1; p=reject',
  },
  hosts: {
    'out.hosted.example': CLIENT,
    '7.100.51.198.bl.example': '127.0.0.4',
    '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example': '127.0.0.2',
    '7.100.51.198.refusing.example': '127.255.255.254',
    '7.100.51.198.parked.example': '192.0.2.80',
    'evil.example.dbl.example': '127.0.1.4',
    'alder.example.dbl.example': '127.0.0.1',
  },
  failing: ['failing.example', 'failing-bl.example'],
  silent: ['silent.example', 'silent-bl.example'],
};

describeWith(dnsRequirement, 'A real DNS server', () => {
  let directory: string;
  let server: DnsServer;
  let resolver: Resolver;
  const dns = {
    ...configSchema.parse({}).authentication.dns,
    questionTimeoutMs: 1_000,
    messageTimeoutMs: 4_000,
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postern-dns-'));
    server = await startDns(directory, RECORDS);
    resolver = createResolver({ ...dns, servers: [server.address] });
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await rm(directory, { recursive: true });
  });

  const authenticate = (case_: Case) => {
    const source = authenticationSource({ resolver, dns, mta: 'mx.example.net', trustedAuthservIds: [] });
    return source.gather(...caseMail(case_), {});
  };

  it('shows who may send: SPF and DMARC pass', async () => {
    expect(await authenticate({})).toMatchObject({
      spf: 'pass',
      spfAligned: true,
      dkim: 'none',
      dmarc: 'pass',
      dmarcPolicy: 'reject',
      source: 'live',
      authenticatedDomain: 'shop.example',
      dnsFailures: 0,
    });
  });

  it('shows who may not: SPF and DMARC fail, and the domain asks for rejection', async () => {
    expect(await authenticate({ envelope: { clientIp: '192.0.2.66' } })).toMatchObject({
      spf: 'fail',
      dmarc: 'fail',
      dmarcPolicy: 'reject',
      authenticatedDomain: '',
      dnsFailures: 0,
    });
  });

  it('leads SPF over an include and over an address', async () => {
    expect(await authenticate({ envelope: { clientIp: '203.0.113.9' } })).toMatchObject({ spf: 'pass' });
    const hosted = { mailFrom: 'ann@hosted.example' };
    expect(await authenticate({ envelope: hosted })).toMatchObject({ spf: 'pass', spfAligned: false });
  });

  it('has the keys of signatures: DKIM passes and vouches, whoever sends', async () => {
    const bytes = await signed(mailBytes('ann@shop.example'), 'shop.example');
    expect(await authenticate({ bytes, envelope: { clientIp: '192.0.2.66' } })).toMatchObject({
      spf: 'fail',
      dkim: 'pass',
      dkimDomains: ['shop.example'],
      dmarc: 'pass',
      authenticatedDomain: 'shop.example',
    });
  });

  it('shows a message that was changed after it was signed', async () => {
    const bytes = await signed(mailBytes('ann@shop.example'), 'shop.example');
    const changed = Buffer.from(bytes.toString('latin1').replace('The goods', 'The bads'), 'latin1');
    expect(await authenticate({ bytes: changed, envelope: { clientIp: '192.0.2.66' } })).toMatchObject({
      dkim: 'fail',
      dmarc: 'fail',
      authenticatedDomain: '',
    });
  });

  it("lets another domain's signature pass and vouch for nobody", async () => {
    const bytes = await signed(mailBytes('ann@shop.example'), 'other.example');
    expect(await authenticate({ bytes, envelope: { clientIp: '192.0.2.66' } })).toMatchObject({
      dkim: 'pass',
      dkimDomains: ['other.example'],
      dkimAligned: false,
      dmarc: 'fail',
    });
  });

  it('knows of a domain that it has no policy', async () => {
    const from = 'ann@nobody.example';
    expect(await authenticate({ from, envelope: { mailFrom: from } })).toMatchObject({
      spf: 'none',
      dkim: 'none',
      dmarc: 'none',
      dnsFailures: 0,
    });
  });

  it.each(['failing.example', 'silent.example'])(
    'A6 that gives no answer for %s makes a temporary error, and never a fail',
    async (domain) => {
      const bytes = await signed(mailBytes(`ann@${domain}`), domain);
      const facts = await authenticate({ from: `ann@${domain}`, bytes });
      expect(facts).toMatchObject({ spf: 'temperror', dkim: 'temperror', dmarc: 'temperror' });
      expect(facts.dnsFailures).toBeGreaterThan(0);
    },
    20_000,
  );

  it('A6 that fails within an include makes a temporary error', async () => {
    const facts = await authenticate({ from: 'ann@half.example' });
    expect(facts).toMatchObject({ spf: 'temperror', authenticatedDomain: '' });
    expect(facts.dmarc).not.toBe('fail');
  });

  const lists = (clients: readonly string[], domains: readonly string[]) =>
    configSchema.parse({
      dnsLists: {
        clients: clients.map((zone) => ({ zone })),
        domains: domains.map((zone) => ({ zone })),
        timeoutMs: 2_500,
      },
    }).dnsLists;

  it('serves lists: of clients (IPv4 and IPv6) and of domains', async () => {
    const dnsLists = lists(['bl.example'], ['dbl.example']);
    const message = { links: [linkTo('https://login.evil.example/'), linkTo('https://oak.example/')] };
    const listed = (clientIp: string) =>
      factsFrom('dnsLists', message, { mail: { envelope: { clientIp } }, options: { resolver, dnsLists } });
    expect(await listed(CLIENT)).toMatchObject({
      clientZones: ['bl.example'],
      fromZones: [],
      linkDomains: ['evil.example'],
      asked: 4,
      unanswered: 1,
      trouble: 'dbl.example: answered 127.0.0.1',
    });
    expect(await listed('2001:db8::1')).toMatchObject({ clientZones: ['bl.example'] });
    expect(await listed('203.0.113.77')).toMatchObject({ clientZones: [] });
  });

  it('A9 serves lists that refuse, are parked, fail or are silent: no listing, and a shortfall', async () => {
    const zones = [
      'refusing.example',
      'parked.example',
      'failing-bl.example',
      'silent-bl.example',
      'bl.example',
    ];
    const { dnsLists } = await evidenceOf(
      { from: [addressOf('ines@birch.example')] },
      {
        mail: { envelope: { clientIp: CLIENT } },
        options: { resolver, dnsLists: lists(zones, []), failures: { dnsLists: 'tag' } },
      },
    );
    expect(dnsLists).toMatchObject({
      status: 'ok',
      facts: { clientZones: ['bl.example'], asked: 5, unanswered: 4 },
      shortfall: { reason: 'unavailable', outcome: 'tag' },
    });
  }, 20_000);
});
