import { describe, expect, it } from 'vitest';
import { mail, read, readHtml } from './build.ts';

async function urlsOfText(text: string): Promise<string[]> {
  return (await read(mail([], text))).links.map((link) => link.url);
}

describe('links in text', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['Go to https://a.example/x?y=1, now.', ['https://a.example/x?y=1']],
    ['<http://a.example/>', ['http://a.example/']],
    ['(see http://a.example/b_(c))', ['http://a.example/b_(c)']],
    ['www.example.com!', ['http://www.example.com/']],
    ['awww.example.com and me@www.example.com', []],
    ['HTTPS://A.EXAMPLE/Path', ['https://a.example/Path']],
    ['https://r.example/?u=https://t.example/', ['https://r.example/?u=https://t.example/']],
    ['hxxp://a.example/ and http:// and a.example', []],
  ];
  for (const [text, urls] of cases) {
    it(`are found in: ${text}`, async () => {
      expect(await urlsOfText(text)).toEqual(urls);
    });
  }
});

describe('a link', () => {
  it('has its host in lower case and punycode, and the registrable domain', async () => {
    const [link] = (await readHtml('<a href="https://Login.B&uuml;cher.co.uk./">x</a>')).links;
    expect(link).toMatchObject({
      host: 'login.xn--bcher-kva.co.uk',
      domain: 'xn--bcher-kva.co.uk',
      scheme: 'https',
      where: 'anchor',
      text: 'x',
    });
  });

  it('to an address has no domain', async () => {
    const links = (await readHtml('<a href="http://0x7f.1/">a</a><a href="http://[2001:db8::1]/">b</a>'))
      .links;
    expect(links.map(({ host, domain }) => [host, domain])).toEqual([
      ['127.0.0.1', ''],
      ['2001:db8::1', ''],
    ]);
  });

  it('of another scheme has no host', async () => {
    const links = (
      await readHtml(
        '<a href="mailto:a@example.com">w</a><a href="tel:+1">c</a><a href="data:text/html,x">d</a>',
      )
    ).links;
    expect(links.map(({ scheme, host }) => [scheme, host])).toEqual([
      ['mailto', ''],
      ['tel', ''],
      ['data', ''],
    ]);
  });

  it('without scheme, with line ends inside or with backslashes is read as readers do', async () => {
    const links = (
      await readHtml(
        '<a href="www.a.example/x">1</a><a href="ht\ntps://b.example/">2</a><a href="https:\\\\c.example\\">3</a><a href="//d.example">4</a>',
      )
    ).links;
    expect(links.map((link) => link.host)).toEqual(['www.a.example', 'b.example', 'c.example', 'd.example']);
  });

  it('that is relative goes to the base', async () => {
    const links = (await readHtml('<base href="https://evil.example/a/"><a href="login">x</a>')).links;
    expect(links.map((link) => link.url)).toEqual(['https://evil.example/a/login']);
    expect((await readHtml('<a href="login">x</a><a href="#top">y</a>')).links).toEqual([]);
  });

  it('has no text where its address is what is seen', async () => {
    const links = (
      await readHtml(
        '<a href="https://a.example/">https://a.example</a><a href="https://b.example/"></a><a href="https://c.example/">https://d.example</a>',
      )
    ).links;
    expect(links.map((link) => link.text)).toEqual([null, null, 'https://d.example']);
  });

  it('has the words of its image for text', async () => {
    const links = (
      await readHtml('<a href="https://a.example/"><img src="https://i.example/x.png" alt="Sign in"></a>')
    ).links;
    expect(links.find((link) => link.where === 'anchor')?.text).toBe('Sign in');
  });

  it('says where it stands', async () => {
    const html = [
      '<form action="https://form.example/"><button formaction="https://form2.example/"></button></form>',
      '<img src="https://image.example/"><map><area href="https://area.example/"></map>',
      '<style>p{background:url(https://style.example/a.png)}</style><p style="background:url(\'https://style2.example/\')">',
      '<meta http-equiv=refresh content="0;url=https://meta.example/"><script>location="https://script.example/"</script>',
    ].join('');
    const fields = [
      'Content-Type: text/html',
      'List-Unsubscribe: <https://header.example/u>, <mailto:u@example.com>',
    ];
    const links = (await read(mail(fields, html))).links;
    expect(links.map(({ where, host }) => `${where} ${host}`)).toEqual([
      'form form.example',
      'form form2.example',
      'image image.example',
      'area area.example',
      'style style.example',
      'style style2.example',
      'meta meta.example',
      'script script.example',
      'header header.example',
      'header ',
    ]);
  });

  it('that is repeated with the same text counts once', async () => {
    const html = '<a href="https://a.example/">x</a>'.repeat(3);
    expect((await readHtml(html)).links).toHaveLength(1);
  });
});
