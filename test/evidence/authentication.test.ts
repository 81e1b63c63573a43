import { describe, expect, test } from 'vitest';
import { CLIENT, factsFor, keyZone, mailBytes, signed } from './authentication-mail.ts';
import type { Zone } from './dns/zone.ts';

const spf = (record: string): Zone => ({ 'TXT shop.example': [[record]] });

describe('SPF', () => {
  const includes = (count: number): Zone => ({
    'TXT shop.example': [
      [`v=spf1 ${Array.from({ length: count }, (_, i) => `include:i${i}.example`).join(' ')} -all`],
    ],
    ...Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`TXT i${i}.example`, [['v=spf1 ip4:192.0.2.1 -all']]]),
    ),
  });

  test.each<[string, Zone, string]>([
    ['pass for a listed client', spf(`v=spf1 ip4:${CLIENT} -all`), 'pass'],
    ['fail for another', spf('v=spf1 -all'), 'fail'],
    ['softfail where the record says so', spf('v=spf1 ~all'), 'softfail'],
    ['neutral where the record says so', spf('v=spf1 ?all'), 'neutral'],
    ['none without a record', {}, 'none'],
    ['permerror for a broken record', spf('v=spf1 ipv4:1 -all'), 'permerror'],
    [
      'pass for the host of an MX record',
      {
        ...spf('v=spf1 mx -all'),
        'MX shop.example': [{ exchange: 'mx.shop.example', priority: 1 }],
        'A mx.shop.example': [CLIENT],
      },
      'pass',
    ],
  ])('gives %s', async (_, zone, result) => {
    expect(await factsFor({ zone })).toMatchObject({
      spf: result,
      spfDomain: 'shop.example',
      source: 'live',
    });
  });

  test.each<[string, Zone, string]>([
    ['DNS is broken', { 'TXT shop.example': 'ESERVFAIL' }, 'temperror'],
    ['DNS is silent', { 'TXT shop.example': 'ETIMEOUT' }, 'temperror'],
    ['DNS refuses', { 'TXT shop.example': 'EREFUSED' }, 'temperror'],
    ['DNS answers what nobody can read', { 'TXT shop.example': 'EBADRESP' }, 'temperror'],
    [
      'an include is broken',
      { ...spf('v=spf1 include:a.example -all'), 'TXT a.example': 'ESERVFAIL' },
      'temperror',
    ],
    [
      'a redirect is silent',
      { ...spf('v=spf1 redirect=a.example'), 'TXT a.example': 'ETIMEOUT' },
      'temperror',
    ],
    ['an address is silent', { ...spf('v=spf1 a -all'), 'A shop.example': 'ETIMEOUT' }, 'temperror'],
  ])('A6 is temperror, never fail, where %s', async (_, zone, result) => {
    expect(await factsFor({ zone })).toMatchObject({ spf: result, dnsFailures: 1, authenticatedDomain: '' });
  });

  const loop = (next: (i: number) => string): Zone =>
    Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`TXT i${i}.example`, [[`v=spf1 include:${next(i)} -all`]]]),
    );

  // RFC 7208 section 4.6.4: ten terms that ask, two answers without records.
  test.each<[string, Zone, string]>([
    ['ten lookups give a result', includes(10), 'fail'],
    ['eleven lookups are permerror', includes(11), 'permerror'],
    ['two void lookups give a result', spf('v=spf1 a:x.example a:y.example -all'), 'fail'],
    ['three void lookups are permerror', spf('v=spf1 a:x.example a:y.example a:z.example -all'), 'permerror'],
    ['a record that includes itself is permerror', spf('v=spf1 include:shop.example -all'), 'permerror'],
    ['a record that redirects to itself is permerror', spf('v=spf1 redirect=shop.example'), 'permerror'],
    [
      'two records that include each other are permerror',
      {
        ...spf('v=spf1 include:a.example -all'),
        'TXT a.example': [['v=spf1 include:shop.example -all']],
      },
      'permerror',
    ],
    [
      'records that redirect in a circle are permerror',
      { ...spf('v=spf1 redirect=a.example'), 'TXT a.example': [['v=spf1 redirect=shop.example']] },
      'permerror',
    ],
    [
      'a chain of forty includes is permerror',
      { ...spf('v=spf1 include:i0.example -all'), ...loop((i) => `i${i + 1}.example`) },
      'permerror',
    ],
    [
      'a tree of includes is permerror',
      {
        ...spf('v=spf1 include:i1.example include:i2.example -all'),
        ...Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [
            `TXT i${i}.example`,
            [[`v=spf1 include:i${2 * i + 1}.example include:i${2 * i + 2}.example -all`]],
          ]),
        ),
      },
      'permerror',
    ],
  ])('A5 %s, with a bounded number of questions', async (_, zone, result) => {
    const asked: string[] = [];
    expect(await factsFor({ zone, asked })).toMatchObject({ spf: result, dnsFailures: 0 });
    // The record of the sender, ten terms with what they ask, and two void ones; DMARC's own question.
    expect(asked.length).toBeLessThanOrEqual(1 + 10 + 2 + 2);
  });

  test('A5 more hosts of an MX record than ten are permerror, and are not all asked', async () => {
    const hosts = (count: number): Zone => ({
      ...spf('v=spf1 mx -all'),
      'MX shop.example': Array.from({ length: count }, (_, i) => ({
        exchange: `m${i}.example`,
        priority: i,
      })),
      ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`A m${i}.example`, ['192.0.2.1']])),
    });
    const asked: string[] = [];
    expect(await factsFor({ zone: hosts(10) })).toMatchObject({ spf: 'fail' });
    expect(await factsFor({ zone: hosts(500), asked })).toMatchObject({ spf: 'permerror' });
    // Ten hosts and one more, the records of SPF, MX and DMARC, and no five hundred.
    expect(asked.length).toBeLessThan(30);
  });

  test('speaks for HELO where the reverse-path is null', async () => {
    const zone: Zone = { 'TXT mail.shop.example': [[`v=spf1 ip4:${CLIENT} -all`]] };
    expect(await factsFor({ zone, envelope: { mailFrom: '' } })).toMatchObject({
      spf: 'pass',
      spfDomain: 'mail.shop.example',
      spfAligned: true,
    });
  });

  test.each(['127.0.0.1', '10.1.2.3', '::1', 'fe80::1', '::ffff:192.168.0.1'])(
    'says nothing of the client %s',
    async (clientIp) => {
      expect(await factsFor({ zone: spf('v=spf1 -all'), envelope: { clientIp } })).toMatchObject({
        spf: null,
      });
    },
  );

  test.each([{ clientIp: null }, { mailFrom: null }])('is unknown without %j', async (envelope) => {
    expect(await factsFor({ zone: spf('v=spf1 -all'), envelope })).toMatchObject({
      spf: null,
      dmarc: 'none',
    });
  });
});

describe('DKIM', () => {
  const bytes = mailBytes('ann@shop.example');

  test('passes for a signed mail, and tells who signed', async () => {
    const facts = await factsFor({
      bytes: await signed(bytes, 'shop.example'),
      zone: keyZone('shop.example'),
    });
    expect(facts).toMatchObject({
      dkim: 'pass',
      dkimDomains: ['shop.example'],
      dkimAligned: true,
      authenticatedDomain: 'shop.example',
    });
  });

  test('fails where the body was changed', async () => {
    const broken = Buffer.concat([await signed(bytes, 'shop.example'), Buffer.from('Pay here.\r\n')]);
    expect(await factsFor({ bytes: broken, zone: keyZone('shop.example') })).toMatchObject({
      dkim: 'fail',
      dkimDomains: [],
      authenticatedDomain: '',
    });
  });

  test('fails where the subject was changed', async () => {
    const text = (await signed(bytes, 'shop.example')).toString().replace('Your order', 'Your money');
    expect(await factsFor({ bytes: Buffer.from(text), zone: keyZone('shop.example') })).toMatchObject({
      dkim: 'fail',
    });
  });

  test('A1 trusts a signature with l= only where it covers the whole body', async () => {
    const body = 'The goods are on the way.\r\n';
    const whole = await signed(bytes, 'shop.example', { maxBodyLength: body.length });
    const zone = { ...keyZone('shop.example'), 'TXT _dmarc.shop.example': [['v=DMARC1; p=reject']] };
    expect(await factsFor({ bytes: whole, zone })).toMatchObject({ dkim: 'pass', dmarc: 'pass' });
    const appended = Buffer.concat([whole, Buffer.from('Pay here.\r\n')]);
    expect(await factsFor({ bytes: appended, zone })).toMatchObject({
      dkim: 'policy',
      dkimDomains: [],
      dkimAligned: false,
      authenticatedDomain: '',
    });
    expect((await factsFor({ bytes: appended, zone })).dmarc).not.toBe('pass');
  });

  test('A2 does not trust keys below 1024 bits, nor SHA-1', async () => {
    const short = await signed(bytes, 'shop.example', { bits: 768 });
    expect(await factsFor({ bytes: short, zone: keyZone('shop.example', 768) })).toMatchObject({
      dkim: 'policy',
      dkimDomains: [],
    });
    const sha1 = await signed(bytes, 'shop.example', { algorithm: 'rsa-sha1' });
    expect(await factsFor({ bytes: sha1, zone: keyZone('shop.example') })).toMatchObject({
      dkim: 'policy',
      dkimDomains: [],
    });
  });

  const multipart = Buffer.from(
    'From: Ann <ann@shop.example>\r\nTo: bob@example.com\r\nSubject: Your order\r\n' +
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe goods are on the way.\r\n',
  );

  test.each<[string, number, string]>([
    [
      'a part after those that are signed',
      38,
      '--b\r\nContent-Type: text/html\r\n\r\n<a href=x>Pay</a>\r\n--b--\r\n',
    ],
    ['a whole body where nothing of it is signed', 0, ''],
    ['a byte', 38, 'x'],
  ])('A1 does not vouch, by l=, for %s', async (_, maxBodyLength, appended) => {
    const bytes = Buffer.concat([
      await signed(multipart, 'shop.example', { maxBodyLength }),
      Buffer.from(appended),
    ]);
    const zone = { ...keyZone('shop.example'), 'TXT _dmarc.shop.example': [['v=DMARC1; p=reject']] };
    const facts = await factsFor({ bytes, zone, envelope: { mailFrom: 'x@evil.example' } });
    expect(facts).toMatchObject({ dkim: 'policy', dkimDomains: [], dmarc: 'fail', authenticatedDomain: '' });
  });

  test('A6 is temperror, never fail, where the key cannot be asked for, and what good there is counts', async () => {
    const mail = await signed(await signed(bytes, 'shop.example'), 'list.example');
    const broken: Zone = { 'TXT s1._domainkey.shop.example': 'ESERVFAIL' };
    const both = await factsFor({ bytes: mail, zone: { ...broken, ...keyZone('list.example') } });
    expect(both).toMatchObject({ dkim: 'pass', dkimDomains: ['list.example'], authenticatedDomain: '' });
    const policy: Zone = { 'TXT _dmarc.shop.example': [['v=DMARC1; p=reject']], ...spf('v=spf1 -all') };
    const alone = await factsFor({ bytes: mail, zone: { ...broken, ...policy } });
    expect(alone).toMatchObject({ spf: 'fail', dkim: 'temperror', dmarc: 'temperror', dnsFailures: 1 });
  });

  test('is none without a signature or a key, and temperror where the key cannot be asked for', async () => {
    expect(await factsFor({ bytes })).toMatchObject({ dkim: 'none', arc: 'none' });
    const mail = await signed(bytes, 'shop.example');
    expect(await factsFor({ bytes: mail })).toMatchObject({ dkim: 'neutral', dkimDomains: [] });
    const zone: Zone = { 'TXT s1._domainkey.shop.example': 'ETIMEOUT' };
    expect(await factsFor({ bytes: mail, zone })).toMatchObject({ dkim: 'temperror', dnsFailures: 1 });
  });
});

describe('DMARC', () => {
  const passing = (domain: string): Zone => ({ [`TXT ${domain}`]: [[`v=spf1 ip4:${CLIENT} -all`]] });
  const policy = (tags: string): Zone => ({ 'TXT _dmarc.shop.example': [[`v=DMARC1; ${tags}`]] });
  const fromBelow = { envelope: { mailFrom: 'bounce@mail.shop.example' } };

  test('A4 passes by a subdomain where alignment is relaxed, fails where it is strict', async () => {
    const zone = passing('mail.shop.example');
    expect(await factsFor({ ...fromBelow, zone: { ...zone, ...policy('p=reject') } })).toMatchObject({
      spf: 'pass',
      spfAligned: true,
      dmarc: 'pass',
      dmarcPolicy: 'reject',
      authenticatedDomain: 'shop.example',
    });
    expect(await factsFor({ ...fromBelow, zone: { ...zone, ...policy('p=reject; aspf=s') } })).toMatchObject({
      spf: 'pass',
      spfAligned: false,
      dmarc: 'fail',
      authenticatedDomain: '',
    });
  });

  test('fails where others signed and sent', async () => {
    const bytes = await signed(mailBytes('ann@shop.example'), 'evil.example');
    const zone = { ...passing('evil.example'), ...keyZone('evil.example'), ...policy('p=quarantine') };
    expect(await factsFor({ bytes, zone, envelope: { mailFrom: 'x@evil.example' } })).toMatchObject({
      spf: 'pass',
      dkim: 'pass',
      spfAligned: false,
      dkimAligned: false,
      dmarc: 'fail',
      dmarcPolicy: 'quarantine',
      authenticatedDomain: '',
    });
  });

  test('A4 holds a strict DKIM alignment to the letter', async () => {
    const bytes = await signed(mailBytes('ann@shop.example'), 'mail.shop.example');
    const zone = { ...keyZone('mail.shop.example'), ...policy('p=none; adkim=s') };
    expect(await factsFor({ bytes, zone })).toMatchObject({
      dkim: 'pass',
      dkimAligned: false,
      dmarc: 'fail',
      authenticatedDomain: '',
    });
    const itself = await signed(mailBytes('ann@shop.example'), 'shop.example');
    expect(
      await factsFor({ bytes: itself, zone: { ...keyZone('shop.example'), ...policy('p=none; adkim=s') } }),
    ).toMatchObject({ dkimAligned: true, dmarc: 'pass', authenticatedDomain: 'shop.example' });
  });

  test('A4 lets one method be strict and the other vouch', async () => {
    const bytes = await signed(mailBytes('ann@shop.example'), 'mail.shop.example');
    const zone = {
      ...passing('mail.shop.example'),
      ...keyZone('mail.shop.example'),
      ...policy('p=reject; aspf=s; adkim=r'),
    };
    expect(await factsFor({ ...fromBelow, bytes, zone })).toMatchObject({
      spfAligned: false,
      dkimAligned: true,
      dmarc: 'pass',
    });
    const strict = { ...zone, ...policy('p=reject; aspf=s; adkim=s') };
    expect(await factsFor({ ...fromBelow, bytes, zone: strict })).toMatchObject({
      spfAligned: false,
      dkimAligned: false,
      dmarc: 'fail',
      authenticatedDomain: '',
    });
  });

  test.each<[string, Zone]>([
    ['SPF', { 'TXT shop.example': 'ESERVFAIL' }],
    ['its own record', { 'TXT _dmarc.shop.example': 'ESERVFAIL' }],
  ])('A6 is temperror, never fail, where %s could not be asked for', async (_, zone) => {
    expect(await factsFor({ zone: { ...policy('p=reject'), ...zone } })).toMatchObject({
      dmarc: 'temperror',
      dnsFailures: 1,
    });
  });

  test('is decided by the organization that the record names, not by the suffix list alone', async () => {
    const zone = { ...passing('b.shop.example'), 'TXT _dmarc.a.shop.example': [['v=DMARC1; p=none; psd=n']] };
    const facts = await factsFor({
      from: 'x@a.shop.example',
      envelope: { mailFrom: 'x@b.shop.example' },
      zone,
    });
    expect(facts).toMatchObject({ spf: 'pass', spfAligned: false, dmarc: 'fail', authenticatedDomain: '' });
  });

  test('is not known where SPF could have aligned but was not checked', async () => {
    expect(await factsFor({ zone: policy('p=reject'), envelope: { clientIp: null } })).toMatchObject({
      dmarc: null,
      dmarcPolicy: 'reject',
    });
  });

  test('without a record is none; aligned SPF vouches then, but not for a neighbour on a shared domain', async () => {
    expect(await factsFor({ ...fromBelow, zone: passing('mail.shop.example') })).toMatchObject({
      dmarc: 'none',
      authenticatedDomain: 'shop.example',
    });
    const neighbour = { from: 'a@one.github.io', envelope: { mailFrom: 'b@two.github.io' } };
    expect(await factsFor({ ...neighbour, zone: passing('two.github.io') })).toMatchObject({
      spf: 'pass',
      spfAligned: false,
      authenticatedDomain: '',
    });
  });

  test('vouches for nobody where two readings of From differ', async () => {
    const zone = { ...passing('shop.example'), ...policy('p=none') };
    const seen = await factsFor({ zone, seenFrom: ['ceo@bank.example'] });
    expect(seen).toMatchObject({ dmarc: null, authenticatedDomain: '' });
    const two = await factsFor({ zone, seenFrom: ['ann@shop.example', 'ceo@bank.example'] });
    expect(two).toMatchObject({ dmarc: null, authenticatedDomain: '' });
  });
});

describe('recorded results', () => {
  const none = { spf: null, dkim: null, dmarc: null };

  test('stand for DNS', async () => {
    const facts = await factsFor({
      zone: { 'TXT shop.example': [['v=spf1 -all']] },
      recorded: {
        spf: { result: 'Pass', domain: 'mail.shop.example' },
        dkim: [
          { result: 'fail', domain: 'shop.example' },
          { result: 'pass', domain: 'List.Example' },
        ],
        dmarc: { result: 'pass', policy: 'reject' },
      },
    });
    expect(facts).toEqual({
      spf: 'pass',
      spfDomain: 'mail.shop.example',
      spfAligned: true,
      dkim: 'pass',
      dkimDomains: ['list.example'],
      dkimAligned: false,
      dmarc: 'pass',
      dmarcPolicy: 'reject',
      arc: null,
      source: 'recorded',
      authenticatedDomain: 'shop.example',
      dnsFailures: 0,
    });
  });

  test.each([
    [[], 'none'],
    [[{ result: 'none', domain: null }], 'none'],
    [[{ result: 'timeout', domain: 'shop.example' }], 'temperror'],
    [[{ result: 'gibberish', domain: 'shop.example' }], null],
  ])('DKIM %j is %s', async (dkim, result) => {
    expect(await factsFor({ recorded: { ...none, dkim } })).toMatchObject({
      dkim: result,
      spf: null,
      dmarc: null,
    });
  });

  test('a DMARC fail outweighs an aligned pass; a best guess is no DMARC result', async () => {
    const spf = { result: 'pass', domain: 'shop.example' };
    const fail = await factsFor({ recorded: { ...none, spf, dmarc: { result: 'fail', policy: null } } });
    expect(fail.authenticatedDomain).toBe('');
    const guess = await factsFor({
      recorded: { ...none, spf, dmarc: { result: 'bestguesspass', policy: null } },
    });
    expect(guess).toMatchObject({ dmarc: 'none', authenticatedDomain: 'shop.example' });
  });
});

describe('results of other hosts', () => {
  const field = (value: string) => ({ name: 'authentication-results', value });
  const good =
    'mx.front.example 1; spf=pass (ok; really) smtp.mailfrom=ann@shop.example; dkim=pass header.d=shop.example; dmarc=pass policy.dmarc=reject header.from=shop.example; arc=none';

  test('are believed of a trusted host, at the top', async () => {
    const facts = await factsFor({ headers: [field(good)], trusted: ['MX.front.example'] });
    expect(facts).toMatchObject({
      source: 'recorded',
      spf: 'pass',
      spfDomain: 'shop.example',
      dkim: 'pass',
      dmarc: 'pass',
      dmarcPolicy: 'reject',
      arc: 'none',
      authenticatedDomain: 'shop.example',
    });
  });

  test.each([
    ['of a host that is not trusted', [field(good)], ['mx.other.example']],
    ['below those of another', [field('mx.evil.example; spf=fail'), field(good)], ['mx.front.example']],
    ['that cannot be read', [field('')], ['mx.front.example']],
  ])('A8 are not evidence %s', async (_, headers, trusted) => {
    expect(await factsFor({ headers, trusted, live: false })).toMatchObject({ source: 'unknown', spf: null });
  });
});

test('A8 results in the name of this very host are not evidence: nobody before us may speak for us', async () => {
  const forged = {
    name: 'authentication-results',
    value: 'mx.example.net; dmarc=pass header.from=shop.example',
  };
  const zone: Zone = { ...spf('v=spf1 -all'), 'TXT _dmarc.shop.example': [['v=DMARC1; p=reject']] };
  for (const trusted of [[], ['mx.front.example']]) {
    expect(await factsFor({ headers: [forged], trusted, zone })).toMatchObject({
      source: 'live',
      spf: 'fail',
      dmarc: 'fail',
      authenticatedDomain: '',
    });
  }
});

test('without a resolver or a record nothing is known', async () => {
  expect(await factsFor({ live: false })).toMatchObject({
    source: 'unknown',
    spf: null,
    dkim: null,
    dmarc: null,
  });
});
