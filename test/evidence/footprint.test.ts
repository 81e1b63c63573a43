import { describe, expect, it } from 'vitest';
import { parseNetworkTable } from '../../src/evidence/footprint/network-table.ts';
import { askedOf } from '../../src/evidence/footprint.ts';
import type { Message } from '../../src/message/message.ts';
import { addressOf, attachmentOf, factsFrom, linkTo, type Situation } from './message-factory.ts';

const VOUCHED = { authenticatedDomain: 'alder.example' };
const NETWORKS = parseNetworkTable('192.0.2.0\t192.0.2.255\t64500\tNO');

const footprint = (message: Partial<Message> = {}, situation: Situation = {}) =>
  factsFrom('footprint', message, { authentication: VOUCHED, ...situation });

const from = (address: string, name = ''): Partial<Message> => ({ from: [addressOf(address, name)] });

describe('the footprint of a message', () => {
  it('names who somebody vouches for, and who it claims to be', async () => {
    expect(await footprint()).toMatchObject({
      authenticatedDomain: 'authdomain:alder.example',
      authenticatedAddress: 'authaddress:ines@alder.example',
      domain: 'domain:alder.example',
      address: 'address:ines@alder.example',
      network: 'network:192.0.2.0/24',
      helo: 'helo:alder.example',
      asn: null,
      country: null,
    });
  });

  it('has relations and habits of a sender who is vouched for', async () => {
    const facts = await footprint(
      {
        headers: [{ name: 'x-mailer', value: 'Post Writer 5.1' }],
        replyTo: [addressOf('desk@ash.example')],
      },
      { mail: { receivedAt: new Date('2026-03-02T23:59:00Z') }, options: { networks: NETWORKS } },
    );
    expect(facts).toMatchObject({
      asn: 'asn:64500',
      pairs: ['pair:ines@alder.example>bo@birch.example'],
      domainPairs: ['domains:alder.example>birch.example'],
      route: 'route:ines@alder.example>192.0.2.0/24',
      country: 'country:ines@alder.example>no',
      mailer: 'mailer:ines@alder.example>post writer',
      replyTo: 'replyto:ines@alder.example>@ash.example',
      hour: 'hour:ines@alder.example>7',
      name: 'name:alder lnes',
      nameAddress: 'name:alder lnes>ines@alder.example',
    });
  });

  it.each([
    ['nobody vouches', ''],
    ['somebody vouches for another domain', 'birch.example'],
  ])('has no habits where %s, and learns only what can be claimed', async (_, authenticatedDomain) => {
    const facts = await footprint({}, { authentication: { authenticatedDomain } });
    expect(facts).toMatchObject({
      authenticatedDomain: null,
      authenticatedAddress: null,
      pairs: [],
      domainPairs: [],
      route: null,
      mailer: null,
      replyTo: null,
      hour: null,
    });
    expect(facts.learned).toEqual([
      'domain:alder.example',
      'address:ines@alder.example',
      'network:192.0.2.0/24',
      'helo:alder.example',
    ]);
  });

  it('asks what we wrote, and never learns it from what comes in', async () => {
    const facts = await footprint();
    const ours = [
      'wrote:bo@birch.example>ines@alder.example',
      'wrote:ines@alder.example',
      'wrotedomain:alder.example',
      'domain:birch.example',
    ];
    expect(askedOf(facts)).toEqual(expect.arrayContaining(ours));
    expect(facts.learned.filter((key) => ours.includes(key))).toEqual([]);
    expect(new Set(askedOf(facts)).size).toBe(askedOf(facts).length);
  });

  it('is of two people up to sixteen recipients', async () => {
    const to = (count: number) => ({
      mail: { envelope: { rcptTo: Array.from({ length: count }, (_, i) => `P${i}@birch.example`) } },
    });
    const most = await footprint({}, to(16));
    expect(most.pairs).toHaveLength(16);
    expect(most.pairs[0]).toBe('pair:ines@alder.example>p0@birch.example');
    expect(most.domainPairs).toHaveLength(1);
    const more = await footprint({}, to(17));
    expect([more.pairs, more.domainPairs, more.wrotePairs]).toEqual([[], [], []]);
    expect(more.homes).toEqual(['domain:birch.example']);
  });

  it('takes customers of a provider of free mail each for himself', async () => {
    const facts = await footprint(
      { ...from('ines@gmail.com', 'Ines Alder'), text: 'Sort code 20-00-00 account 12345678' },
      { authentication: { authenticatedDomain: 'gmail.com' } },
    );
    expect(facts.accountOwner).toBe('account:ines@gmail.com');
    expect(facts.wroteDomain).toBe(null);
    expect(facts.domainPairs).toEqual([]);
  });

  it('remembers bank details without telling them, also of a sender whom nobody vouches for, but learns no such', async () => {
    const text = 'Sort code 20-00-00 account 12345678';
    const vouched = await footprint({ text });
    expect(vouched.accountOwner).toBe('account:alder.example');
    expect(vouched.accounts).toEqual([expect.stringMatching(/^account:alder\.example>[0-9a-f]{24}$/)]);
    expect(JSON.stringify(vouched)).not.toContain('12345678');
    expect(vouched.learned).toEqual(expect.arrayContaining([...vouched.accounts]));
    const forged = await footprint({ text }, { authentication: {} });
    expect(forged.accounts).toEqual(vouched.accounts);
    expect(forged.learned.filter((key) => key.startsWith('account:'))).toEqual([]);
  });

  it.each([
    ['alder-books.example', 'skeleton:alderbooks', 'skeleton:alderbooks>alderbooks'],
    ['a1derbooks.example', 'skeleton:alderbooks', 'skeleton:alderbooks>a1derbooks'],
    ['alderbooks.co.uk', 'skeleton:alderbooks', 'skeleton:alderbooks>alderbooks'],
    ['abcd.example', null, null],
    ['alderbooks.github.io', null, null],
  ])('has the look of %s', async (domain, skeleton, spelling) => {
    const facts = await footprint(from(`x@${domain}`), { authentication: { authenticatedDomain: domain } });
    expect([facts.skeleton, facts.skeletonSpelling]).toEqual([skeleton, spelling]);
    expect(facts.skeletonOwner).toBe(skeleton === null ? null : `${skeleton}>${domain}`);
  });

  it('has links that are neither of the sender nor popular, and files, eight of each', async () => {
    const links = ['https://alder.example/', 'https://google.com/', 'https://x.birch.example/'].map((url) =>
      linkTo(url, { domain: new URL(url).hostname.replace(/^x\./, '') }),
    );
    const facts = await footprint({
      links: [...links, ...links],
      attachments: [
        attachmentOf('a.pdf', { sha256: 'a'.repeat(64) }),
        attachmentOf('b.png', { inline: true }),
      ],
    });
    expect(facts.links).toEqual(['link:birch.example']);
    expect(facts.files).toEqual([`file:${'a'.repeat(64)}`]);
    const many = await footprint({
      links: Array.from({ length: 9 }, (_, i) => linkTo(`https://n${i}.example/`)),
      attachments: Array.from({ length: 9 }, (_, i) =>
        attachmentOf('a.pdf', { sha256: String(i).repeat(64) }),
      ),
    });
    expect([many.links.length, many.files.length]).toEqual([8, 8]);
  });

  it('has no key of what is not there', async () => {
    const facts = await footprint(
      { ...from('', ''), messageId: '' },
      { mail: { envelope: { clientIp: null, helo: null, rcptTo: [] } }, authentication: {} },
    );
    expect(askedOf(facts)).toEqual([]);
    expect(facts.learned).toEqual([]);
  });
});
