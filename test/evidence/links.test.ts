import { describe, expect, it } from 'vitest';
import type { Link } from '../../src/message/message.ts';
import { factsFrom, linkTo, type Situation } from './message-factory.ts';

const withLinks = (links: readonly Link[], situation: Situation = {}) =>
  factsFrom('links', { links }, situation);
const withUrls = (...urls: string[]) => withLinks(urls.map((url) => linkTo(url)));
const noMailer: Situation = { mail: { envelope: { mailFrom: null } } };

describe('links', () => {
  it('says nothing of shares where there are no links', async () => {
    expect(await withLinks([])).toMatchObject({
      count: 0,
      shareOfSender: null,
      shareOfAuthenticated: null,
      shareOfRelated: null,
      shareOfBrands: null,
      imagesOfRelated: null,
      concentration: null,
      domains: [],
    });
  });

  it('counts links that people can follow, and neither images, styles nor header fields', async () => {
    const facts = await withLinks([
      linkTo('https://a.example/1'),
      linkTo('https://www.a.example/2', { where: 'text' }),
      linkTo('https://b.example/', { where: 'form' }),
      linkTo('https://c.example/x.png', { where: 'image' }),
      linkTo('https://d.example/x.css', { where: 'style' }),
      linkTo('https://e.example/u', { where: 'header' }),
    ]);
    expect(facts).toMatchObject({ count: 3, distinctDomains: 2, domains: ['a.example', 'b.example'] });
    expect(facts.concentration).toBeCloseTo(2 / 3);
  });

  it('keeps 32 domains', async () => {
    const urls = (count: number) => Array.from({ length: count }, (_, at) => `https://site-${at}.example/`);
    expect((await withUrls(...urls(32))).domains).toHaveLength(32);
    expect(await withUrls(...urls(33))).toMatchObject({ distinctDomains: 33, count: 33 });
    expect((await withUrls(...urls(33))).domains).toHaveLength(32);
  });

  it('measures agreement with From, who vouches for it, and who mails for it', async () => {
    const links = [
      'https://www.alder.example/',
      'https://click.mailer.example/1',
      'https://other.example/',
    ].map((url) => linkTo(url));
    const facts = await withLinks(links, {
      mail: { envelope: { mailFrom: 'bounce@mailer.example' } },
      authentication: { authenticatedDomain: 'alder.example', source: 'live' },
    });
    expect(facts.shareOfSender).toBeCloseTo(1 / 3);
    expect(facts.shareOfAuthenticated).toBeCloseTo(1 / 3);
    expect(facts.shareOfRelated).toBeCloseTo(2 / 3);
    expect((await withLinks(links)).shareOfAuthenticated).toBe(null);
    const nobody = await withLinks(links, { authentication: { source: 'live' } });
    expect(nobody.shareOfAuthenticated).toBe(0);
  });

  it('takes the domain that signed and that of the way out for the mailer', async () => {
    const links = [
      linkTo('https://go.mailer.example/1'),
      linkTo('https://out.example/u', { where: 'header' }),
      linkTo('https://out.example/2'),
    ];
    const facts = await withLinks(links, {
      ...noMailer,
      authentication: { dkimDomains: ['mailer.example'] },
    });
    expect(facts.shareOfRelated).toBe(1);
    expect((await withLinks(links.slice(0, 1), noMailer)).shareOfRelated).toBe(0);
  });

  it('measures links to brands, and images borrowed from them', async () => {
    const links = [
      linkTo('https://www.paypal.com/'),
      linkTo('https://evil.example/'),
      linkTo('https://www.paypal.com/logo.png', { where: 'image' }),
    ];
    expect(await withLinks(links)).toMatchObject({
      shareOfBrands: 0.5,
      borrowedImages: 1,
      imagesOfRelated: 0,
    });
    const own = await withLinks([linkTo('https://img.alder.example/logo.png', { where: 'image' })]);
    expect(own).toMatchObject({ borrowedImages: 0, imagesOfRelated: 1 });
  });

  it('sees link text that names another host', async () => {
    const evil = linkTo('https://evil.example/', { text: 'https://www.paypal.com/login' });
    expect(await withLinks([evil])).toMatchObject({
      textTargetMismatch: 1,
      mismatchExample: 'www.paypal.com > evil.example',
    });
    const same = linkTo('https://www.paypal.com/x', { text: 'paypal.com' });
    expect(await withLinks([same])).toMatchObject({ textTargetMismatch: 0, mismatchExample: '' });
    const words = linkTo('https://evil.example/', { text: 'Read the minutes' });
    expect(await withLinks([words])).toMatchObject({ textTargetMismatch: 0 });
  });

  it("lets a sender's own name lead over its mailer's counter, but not somebody else's", async () => {
    const situation: Situation = { mail: { envelope: { mailFrom: 'b@mailer.example' } } };
    const own = linkTo('https://click.mailer.example/1', { text: 'www.alder.example' });
    expect(await withLinks([own], situation)).toMatchObject({ textTargetMismatch: 0 });
    const other = linkTo('https://click.mailer.example/1', { text: 'www.paypal.com' });
    expect(await withLinks([other], situation)).toMatchObject({ textTargetMismatch: 1 });
  });

  it.each([
    ['shorteners', 'https://bit.ly/x'],
    ['freeHosting', 'https://login.weebly.com/'],
    ['fileSharing', 'https://drive.google.com/file'],
    ['suspiciousTld', 'https://alder.icu/'],
    ['ipHosts', 'http://192.0.2.1/x'],
    ['punycodeHosts', 'https://xn--bcher-kva.example/'],
    ['userinfo', 'https://paypal.com@evil.example/'],
    ['nonStandardPort', 'https://evil.example:8443/'],
    ['plainHttp', 'http://evil.example/'],
    ['brandMisplaced', 'https://paypal.login.evil.example/'],
    ['brandInPath', 'https://evil.example/paypal/login'],
    ['redirectors', 'https://www.google.com/url?q=https://evil.example/'],
    ['redirectors', 'https://evil.example/out?to=https%3A%2F%2Fother.example%2F'],
  ] as const)('counts %s of %s, and not of a plain link', async (fact, url) => {
    expect((await withUrls(url))[fact]).toBe(1);
    expect((await withUrls('https://www.paypal.com/paypal'))[fact]).toBe(0);
    expect((await withUrls('https://alder.example:443/minutes?to=https://www.alder.example/'))[fact]).toBe(0);
  });

  it("lets the sender's own counter lead on", async () => {
    const facts = await withUrls('https://alder.example/out?to=https%3A%2F%2Fother.example%2F');
    expect(facts.redirectors).toBe(0);
  });

  it('takes no image from where anybody puts files for one of the brand that keeps them', async () => {
    const shared = linkTo('https://docs.google.com/x.png', { where: 'image' });
    expect(await withLinks([shared])).toMatchObject({ borrowedImages: 0, imagesOfRelated: 0 });
  });

  it('compares the names of 256 hosts', async () => {
    const urls = (others: number) => [
      ...Array.from({ length: others }, (_, at) => `https://site-${at}.example/`),
      'https://paypal.evil.example/',
    ];
    expect((await withUrls(...urls(255))).brandMisplaced).toBe(1);
    expect((await withUrls(...urls(256))).brandMisplaced).toBe(0);
  });

  it('counts a wrapped link whose inside cannot be read, and judges nothing else of it', async () => {
    const link = linkTo('https://clicktime.symantec.com/abc', { text: 'www.paypal.com' });
    expect(await withLinks([link])).toMatchObject({
      count: 1,
      textTargetMismatch: 0,
      distinctDomains: 0,
      redirectors: 0,
    });
  });

  it('knows IPv6 hosts', async () => {
    const link = linkTo('http://[2001:db8::1]/x', { host: '2001:db8::1' });
    expect(await withLinks([link])).toMatchObject({ ipHosts: 1, distinctDomains: 1 });
  });

  it('looks through what a mail security service wrapped', async () => {
    const facts = await withUrls(
      'https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fbit.ly%2Fx&data=05',
    );
    expect(facts).toMatchObject({ shorteners: 1, redirectors: 0, shareOfBrands: 0, domains: ['bit.ly'] });
  });

  it('gives one example of a misplaced brand and of an odd host', async () => {
    const facts = await withUrls('https://minutes.example/', 'https://paypal.evil.icu/');
    expect(facts).toMatchObject({ brandExample: 'paypal.evil.icu (paypal.com)', oddHost: 'paypal.evil.icu' });
  });

  it('measures the shape of addresses', async () => {
    const facts = await withUrls('https://a.b.c.example/', 'https://a.example/abcdabcd?x=yz');
    expect(facts).toMatchObject({ maxHostLabels: 4, maxUrlLength: 31, maxPathEntropy: 2 });
  });

  it.each(['bo@birch.example', 'bo%40birch.example', 'Ym9AYmlyY2guZXhhbXBsZQ'])(
    'finds the recipient in %s',
    async (text) => {
      expect((await withUrls(`https://evil.example/x?e=${text}`)).recipientInUrl).toBe(true);
      expect((await withUrls('https://evil.example/x?e=')).recipientInUrl).toBe(false);
    },
  );

  it('looks for 16 recipients', async () => {
    const rcptTo = (others: number) => [
      ...Array.from({ length: others }, (_, at) => `r${at}@birch.example`),
      'bo@birch.example',
    ];
    const found = async (others: number) => {
      const links = [linkTo('https://evil.example/x?e=bo@birch.example')];
      return (await withLinks(links, { mail: { envelope: { rcptTo: rcptTo(others) } } })).recipientInUrl;
    };
    expect([await found(14), await found(15), await found(16)]).toEqual([true, true, false]);
  });

  it('counts what is no web link by kind', async () => {
    const other = (scheme: string, where: Link['where'] = 'anchor'): Link => ({
      url: `${scheme}:x`,
      host: '',
      domain: '',
      scheme,
      where,
      text: null,
    });
    const facts = await withLinks([
      other('mailto'),
      other('tel'),
      other('javascript'),
      other('data'),
      other('data', 'image'),
      other('cid', 'image'),
    ]);
    expect(facts).toMatchObject({ count: 0, mailto: 1, telephone: 1, dataOrScript: 2 });
  });
});
