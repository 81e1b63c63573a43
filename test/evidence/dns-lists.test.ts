import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import type { Upstream } from '../../src/evidence/dns/answer.ts';
import { createResolver } from '../../src/evidence/dns/resolver.ts';
import { failuresOf } from '../../src/evidence/evidence.ts';
import { type Zone, zoneUpstream } from './dns/zone.ts';
import { addressOf, evidenceOf, factsFrom, linkTo } from './message-factory.ts';

const SETTINGS = configSchema.parse({
  dnsLists: {
    clients: [{ zone: 'bl.example' }, { zone: 'policy.example', accept: ['127.0.0.10/31'] }],
    domains: [{ zone: 'dbl.example' }, { zone: 'bits.example', mask: 8 }],
  },
}).dnsLists;

interface Situation {
  readonly zone?: Zone;
  readonly upstream?: Upstream;
  readonly settings?: Partial<typeof SETTINGS>;
  readonly clientIp?: string | null;
  readonly links?: readonly string[];
}

const situationOf = ({ zone = {}, upstream, settings, clientIp = '198.51.100.7' }: Situation) => ({
  mail: { envelope: { clientIp } },
  options: {
    resolver: createResolver(configSchema.parse({}).authentication.dns, {
      upstream: upstream ?? zoneUpstream(zone),
    }),
    dnsLists: { ...SETTINGS, ...settings },
  },
});
const messageOf = ({ links = [] }: Situation) => ({
  from: [addressOf('ines@mail.alder.example')],
  links: links.map((url) => linkTo(url)),
});
const facts = (situation: Situation) => factsFrom('dnsLists', messageOf(situation), situationOf(situation));

/** Remembers what it was asked. */
function listening(zone: Zone = {}) {
  const asked: string[] = [];
  const upstream: Upstream = (name, type) => {
    asked.push(`${type} ${name}`);
    return zoneUpstream(zone)(name, type);
  };
  return { asked, upstream };
}

const NOTHING = {
  hits: [],
  clientZones: [],
  fromZones: [],
  linkDomains: [],
  asked: 0,
  unanswered: 0,
  trouble: '',
};

describe('lists in DNS', () => {
  it('are asked about the client, From and links, with the names that they know', async () => {
    const { asked, upstream } = listening();
    const links = ['https://www.birch.example/x', 'http://203.0.113.9/y', 'http://[2001:db8::2]/z'];
    const found = await facts({ upstream, links });
    expect(asked.sort()).toEqual([
      'A 7.100.51.198.bl.example',
      'A 7.100.51.198.policy.example',
      'A 9.113.0.203.bits.example',
      'A 9.113.0.203.dbl.example',
      'A alder.example.bits.example',
      'A alder.example.dbl.example',
      'A birch.example.bits.example',
      'A birch.example.dbl.example',
    ]);
    expect(found).toEqual({ ...NOTHING, asked: 8 });
  });

  it('tell what is listed where', async () => {
    const zone = {
      'A 7.100.51.198.bl.example': ['127.0.0.2', '127.0.0.4'],
      'A 7.100.51.198.policy.example': ['127.0.0.11'],
      'A alder.example.dbl.example': ['127.0.1.2'],
      'A birch.example.bits.example': ['127.0.0.24'],
      'A birch.example.dbl.example': ['127.0.1.4'],
    };
    const found = await facts({ zone, links: ['https://birch.example/', 'https://oak.example/'] });
    expect(found).toEqual({
      hits: [
        { zone: 'bl.example', what: '198.51.100.7', answer: '127.0.0.2 127.0.0.4' },
        { zone: 'policy.example', what: '198.51.100.7', answer: '127.0.0.11' },
        { zone: 'dbl.example', what: 'alder.example', answer: '127.0.1.2' },
        { zone: 'dbl.example', what: 'birch.example', answer: '127.0.1.4' },
        { zone: 'bits.example', what: 'birch.example', answer: '127.0.0.24' },
      ],
      clientZones: ['bl.example', 'policy.example'],
      fromZones: ['dbl.example'],
      linkDomains: ['birch.example'],
      asked: 8,
      unanswered: 0,
      trouble: '',
    });
  });

  it('A9 list nobody by an answer that means something else', async () => {
    const zone = {
      'A 7.100.51.198.policy.example': ['127.0.0.4'],
      'A alder.example.bits.example': ['127.0.0.4'],
    };
    expect(await facts({ zone })).toEqual({ ...NOTHING, asked: 4 });
  });

  it.each(['127.0.0.1', '127.255.255.254', '192.0.2.80'])(
    'have no opinion when they answer %s, and that is a shortfall',
    async (answer) => {
      const situation = { zone: { 'A 7.100.51.198.bl.example': [answer] } };
      const evidence = await evidenceOf(messageOf(situation), situationOf(situation));
      expect(evidence.dnsLists).toEqual({
        status: 'ok',
        facts: { ...NOTHING, asked: 4, unanswered: 1, trouble: `bl.example: answered ${answer}` },
        shortfall: {
          reason: 'unavailable',
          detail: `1 of 4 questions without an opinion; bl.example: answered ${answer}`,
          outcome: 'open',
        },
      });
      expect(failuresOf(evidence).map(({ what }) => what)).toEqual(['evidence:dnsLists']);
    },
  );

  it('A9 keep a listing that comes with an answer of another meaning', async () => {
    const found = await facts({ zone: { 'A 7.100.51.198.bl.example': ['127.0.0.1', '127.0.0.2'] } });
    expect(found).toMatchObject({ clientZones: ['bl.example'], unanswered: 0 });
  });

  it('that fail leave the others their opinion', async () => {
    const zone = {
      'A 7.100.51.198.bl.example': ['127.0.0.2'],
      'A 7.100.51.198.policy.example': 'ESERVFAIL',
      'A alder.example.dbl.example': 'EREFUSED',
    };
    expect(await facts({ zone })).toMatchObject({
      clientZones: ['bl.example'],
      asked: 4,
      unanswered: 2,
      trouble: 'policy.example: ESERVFAIL',
    });
  });

  it('that are silent cost no more than their time', async () => {
    const upstream: Upstream = () => new Promise(() => undefined);
    expect(await facts({ upstream, settings: { timeoutMs: 20 } })).toMatchObject({
      asked: 4,
      unanswered: 4,
      trouble: 'bl.example: ETIMEOUT',
    });
  });

  it('are asked all at once', async () => {
    let open = 0;
    let most = 0;
    const upstream: Upstream = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      throw Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    };
    await facts({ upstream });
    expect(most).toBe(4);
  });

  it.each([
    [3, 3],
    [4, 4],
    [5, 4],
  ])('are asked at most %i questions of a message', async (questions, expected) => {
    const { asked, upstream } = listening();
    expect(await facts({ upstream, settings: { questions } })).toMatchObject({
      asked: expected,
      unanswered: 0,
    });
    expect(asked[0]).toBe('A 7.100.51.198.bl.example');
    expect(asked.length).toBe(expected);
  });

  it.each([
    [15, 15],
    [16, 16],
    [17, 16],
  ])('are asked about 16 domains of links: %i', async (count, expected) => {
    const { asked, upstream } = listening();
    const links = Array.from({ length: count }, (_, at) => `https://d${at}.example/`);
    await facts({ upstream, links, settings: { clients: [] } });
    expect(asked.filter((name) => /^A d\d+\.example\.dbl/.test(name)).length).toBe(expected);
  });

  it('are asked nothing where there is no list, no DNS, or nobody to ask about', async () => {
    const none = { clients: [], domains: [] };
    const { asked, upstream } = listening();
    expect(await facts({ upstream, settings: none })).toEqual(NOTHING);
    const noDns = { ...situationOf({}), options: { dnsLists: SETTINGS, resolver: null } };
    expect(await factsFrom('dnsLists', {}, noDns)).toEqual(NOTHING);
    expect(await facts({ upstream, clientIp: null, settings: { domains: [] } })).toEqual(NOTHING);
    expect(await facts({ upstream, clientIp: '10.0.0.9', settings: { domains: [] } })).toEqual(NOTHING);
    expect(asked).toEqual([]);
  });
});
