import { describe, expect, it } from 'vitest';
import { mail, read, readHtml } from '../build.ts';

/** As many as make a quadratic reading run into the time limit of the test run. */
const MANY = 100_000;
const LINK = '<a href="http://bad.example/">click</a>';

describe('P9 links', () => {
  it.each([
    ['closing brackets', `http://a.example/${')'.repeat(MANY)}`],
    ['schemes', 'http://'.repeat(MANY)],
    ['www.', 'www.'.repeat(MANY)],
    ['labels', `http://${'a.'.repeat(MANY)}`],
    ['colons', `http://${':'.repeat(MANY)}`],
    ['at signs', `http://${'a@'.repeat(MANY)}`],
    ['percent signs', `http://a.example/${'%'.repeat(MANY)}`],
    ['punctuation', `http://a.example/${'.,;'.repeat(MANY)}`],
    ['letters with marks', `http://${'a\u0301'.repeat(MANY)}.example/`],
  ])('P9 a text of nothing but %s is read in one pass', async (_, text) => {
    const bytes = Buffer.concat([mail(['Content-Type: text/plain; charset=utf-8'], ''), Buffer.from(text)]);
    await expect(read(bytes)).resolves.toBeDefined();
  });

  it('P9 links beyond the budget are not kept, and the budget is named', async () => {
    const links = Array.from({ length: 5_000 }, (_, at) => `http://h${at}.example/`).join(' ');
    const message = await read(mail([], links));
    expect(message.links).toHaveLength(1_000);
    expect(message.overBudget).toEqual(['links']);
  });

  it.each([
    ['quotes joined', '"+"'.repeat(MANY)],
    ['quotes and blanks', `"${' '.repeat(9)}+`.repeat(MANY / 10)],
    ['base64 of http', 'aHR0cHM6L'.repeat(MANY)],
    ['percent-encoded http', '%68%74%74%70'.repeat(MANY / 10)],
    ['entities of slashes', '&#x2f;'.repeat(MANY)],
  ])('P9 an HTML file of nothing but %s', async (_, page) => {
    const fields = ['Content-Type: text/html', 'Content-Disposition: attachment; filename=a.html'];
    const message = await read(mail(fields, page));
    expect(message.attachments).toHaveLength(1);
  });
});

describe('P12 HTML', () => {
  it('P12 a million nested tags are read up to the budget, which is named', async () => {
    const message = await readHtml('<div>'.repeat(1_000_000));
    expect(message.overBudget).toEqual(expect.arrayContaining(['htmlChars', 'htmlNodes']));
    expect(message.html?.nodes).toBe(50_000);
  });

  it.each([
    ['end tags of others', `${'<b>'.repeat(20_000)}${'</i>'.repeat(20_000)}`],
    ['tables', '<table><tr><td>'.repeat(15_000)],
    ['open attributes', '<a b="'.repeat(MANY)],
    ['attributes', `<a ${'b=c '.repeat(MANY)}>`],
    ['comments', '<!--'.repeat(MANY)],
    ['declarations', '<!'.repeat(MANY)],
    ['open titles', '<title>'.repeat(MANY)],
    ['style sheets', '<style>/*'.repeat(MANY)],
    ['brackets in style sheets', `<style>${'@media{'.repeat(18_000)}`],
    ['selectors', `<style>${'a,'.repeat(60_000)}a{color:red}</style><p>x`],
    ['character references', '&#8203;'.repeat(MANY)],
    ['references without end', '&#'.repeat(MANY)],
    ['ampersands', '&'.repeat(MANY)],
    ['script', `<script>${'"http://'.repeat(MANY)}`],
    ['url(', `<p style="${'url('.repeat(MANY)}">`],
    ['less-than signs', '<'.repeat(MANY)],
  ])('P12 %s are read in one pass', async (_, html) => {
    await expect(readHtml(html)).resolves.toBeDefined();
  });

  it('P12 a link before the flood is found', async () => {
    const message = await readHtml(`${LINK}${'<div>'.repeat(MANY)}`);
    expect(message.links.map(({ url }) => url)).toContain('http://bad.example/');
    expect(message.overBudget).toContain('htmlNodes');
  });

  it('P12 zero-width characters in the text of a link are counted, and the text is read without them', async () => {
    const message = await readHtml('<a href="http://bad.example/">pay&#8203;pal&#x200d;.com</a>');
    expect(message.links[0]?.text).toBe('paypal.com');
    expect(message.html?.splitLinkTexts).toBe(1);
    expect(message.html?.invisibleCharacters).toBe(2);
  });

  it('P12 bidirectional controls in the text of a link are taken out and counted', async () => {
    const message = await readHtml('<a href="http://bad.example/">&#x202e;moc.lapyap&#x202c;</a>');
    expect(message.links[0]?.text).not.toMatch(/[\u202a-\u202e]/);
    expect(message.html?.invisibleCharacters).toBe(2);
  });

  it.each(['\u200b', '\u00ad', '\u2060', '\ufeff'])(
    'P12 a host with %j in it is the host that a browser goes to',
    async (invisible) => {
      const bytes = Buffer.from(`<a href="http://bad${invisible}.example/">x</a>`);
      const message = await read(
        Buffer.concat([mail(['Content-Type: text/html; charset=utf-8'], ''), bytes]),
      );
      expect(message.links.map(({ host }) => host)).toEqual(['bad.example']);
    },
  );

  it('P12 a scheme and a host cut by tabs and line ends are joined, as browsers do', async () => {
    const message = await readHtml('<a href="ht\ttp:/\n/bad.ex\r\nample/">x</a>');
    expect(message.links.map(({ url }) => url)).toEqual(['http://bad.example/']);
  });
});

describe('X5 hidden text', () => {
  it.each([
    '<div style="display:none">hidden words</div>',
    '<div hidden>hidden words</div>',
    '<div style="visibility:hidden">hidden words</div>',
    '<div style="font-size:0">hidden words</div>',
    '<div style="opacity:0">hidden words</div>',
    '<div style="color:#fff;background:#ffffff">hidden words</div>',
    '<font color="white">hidden words</font>',
    '<div style="position:absolute;left:-9999px">hidden words</div>',
    '<div style="max-height:0;overflow:hidden">hidden words</div>',
    '<style>.x{display:none}</style><div class=x>hidden words</div>',
    '<div style="DISPLAY : none !important">hidden words</div>',
    '<div style="display:/**/none">hidden words</div>',
  ])('X5 is kept apart from what a person sees, and is there for both: %s', async (hidden) => {
    const message = await readHtml(`<p>shown words</p>${hidden}<p>more</p>`);
    expect(message.visibleText).toBe('shown words more');
    expect(message.html?.hiddenText).toBe('hidden words');
  });

  it('X5 a link in hidden text is a link', async () => {
    const message = await readHtml(`<div style="display:none">${LINK}</div>`);
    expect(message.links.map(({ url }) => url)).toEqual(['http://bad.example/']);
  });

  it('X5 plain text that nobody sees beside HTML is kept, too', async () => {
    const body =
      '--b\r\nContent-Type: text/plain\r\n\r\nplain http://plain.example/\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>shown\r\n--b--\r\n';
    const message = await read(mail(['Content-Type: multipart/alternative; boundary=b'], body));
    expect(message.text).toContain('plain');
    expect(message.visibleText).toBe('shown');
    expect(message.links.map(({ host }) => host)).toContain('plain.example');
  });
});
