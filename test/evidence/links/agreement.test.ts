import { describe, expect, it } from 'vitest';
import { factsFrom, linkTo, type Situation } from '../message-factory.ts';

const withUrls = (urls: readonly string[], situation: Situation = {}) =>
  factsFrom('links', { links: urls.map((url) => linkTo(url)) }, situation);

describe('links and who vouches', () => {
  const urls = ['https://click.mailer.example/1', 'https://rowan.example/'];

  it('agree with any domain that passed SPF or DKIM', async () => {
    const ask = async (authentication: NonNullable<Situation['authentication']>) =>
      (await withUrls(urls, { authentication: { source: 'live', ...authentication } })).shareOfVouched;
    expect(await ask({ dkimDomains: ['mailer.example'] })).toBe(0.5);
    expect(await ask({ spf: 'pass', spfDomain: 'bounce.mailer.example' })).toBe(0.5);
    expect(await ask({ spf: 'fail', spfDomain: 'bounce.mailer.example' })).toBe(0);
    expect(await ask({})).toBe(0);
  });

  it('go mostly to a stranger, to a party of the message, or to a brand', async () => {
    const ask = async (...links: string[]) => (await withUrls(links)).mainForeign;
    expect(await ask('https://rowan.example/1', 'https://rowan.example/2', 'https://alder.example/')).toBe(
      true,
    );
    expect(await ask('https://rowan.example/', 'https://alder.example/1', 'https://alder.example/2')).toBe(
      false,
    );
    expect(await ask('https://www.paypal.com/')).toBe(false);
    expect(await ask()).toBe(null);
  });
});

describe('the targets of links', () => {
  it('are counted without their queries', async () => {
    const urls = ['https://a.example/x?1', 'https://a.example/x?2', 'https://a.example/y#z'];
    expect((await withUrls(urls)).distinctTargets).toBe(2);
  });

  it('are counted up to 256', async () => {
    const urls = (count: number) => Array.from({ length: count }, (_, at) => `https://a.example/${at}`);
    expect((await withUrls(urls(256))).distinctTargets).toBe(256);
    expect((await withUrls(urls(257))).distinctTargets).toBe(256);
  });

  it('are judged by their paths', async () => {
    const urls = ['https://a.example/login', 'https://a.example/wp-content/x', 'https://a.example/x.exe'];
    expect(await withUrls(urls)).toMatchObject({ loginPaths: 1, insideSite: 1, downloads: 1 });
    expect(await withUrls(['https://a.example/'])).toMatchObject({
      loginPaths: 0,
      insideSite: 0,
      downloads: 0,
    });
  });

  it('are judged by the names of their hosts, each once', async () => {
    const urls = [
      'https://xkqzvtrw.example/1',
      'https://xkqzvtrw.example/2',
      'https://secure-login.example/',
    ];
    expect(await withUrls(urls)).toMatchObject({ randomHosts: 1, serviceWordHosts: 1 });
    expect(await withUrls(['https://aldertimber.example/', 'https://192.0.2.1/'])).toMatchObject({
      randomHosts: 0,
      serviceWordHosts: 0,
    });
  });

  it('are looked for behind redirectors, listed or not', async () => {
    const listed = 'https://www.google.com/url?q=https%3A%2F%2Fbit.ly%2Flogin';
    expect(await withUrls([listed])).toMatchObject({ redirectors: 1, shorteners: 1, loginPaths: 1 });
    const other = 'https://go.rowan.example/r?to=https://bit.ly/x';
    expect(await withUrls([other])).toMatchObject({ redirectors: 1, shorteners: 1 });
    const own = 'https://www.google.com/url?q=https%3A%2F%2Faldertimber.example%2F';
    expect(await withUrls([own])).toMatchObject({ redirectors: 1, shorteners: 0 });
  });
});
