import { describe, expect, it } from 'vitest';
import { mail, multipart, read, readHtml } from './build.ts';

describe('text that a person does not see', () => {
  const hidden: readonly (readonly [string, string])[] = [
    ['display:none', '<div style="display:none">secret</div>'],
    ['display:none inside something', '<div style="color:red;DISPLAY : none !important"><b>secret</b></div>'],
    ['visibility:hidden', '<span style="visibility:hidden">secret</span>'],
    ['opacity 0', '<p style="opacity:0">secret</p>'],
    ['font of no size', '<span style="font-size:0px">secret</span>'],
    ['font of one pixel', '<span style="font-size:1px">secret</span>'],
    ['max-height 0', '<div style="max-height:0;overflow:hidden">secret</div>'],
    ['height 0 with overflow hidden', '<div style="height:0px;overflow:hidden">secret</div>'],
    ['hidden attribute', '<div hidden>secret</div>'],
    ['off the screen', '<div style="position:absolute;left:-9999px">secret</div>'],
    ['text-indent', '<div style="text-indent:-5000px">secret</div>'],
    ['colour of the background', '<td bgcolor="#336699"><font color="#336699">secret</font></td>'],
    ['nearly the colour of the background', '<p style="background:#ffffff;color:#fefefe">secret</p>'],
    ['white on the white that mail has', '<p style="color:#fff">secret</p>'],
    ['transparent colour', '<p style="color:transparent">secret</p>'],
  ];
  for (const [name, html] of hidden) {
    it(`is told apart: ${name}`, async () => {
      const message = await readHtml(`<p>open</p>${html}<p>end</p>`);
      expect(message.html?.hiddenText).toBe('secret');
      expect(message.visibleText).toBe('open end');
    });
  }

  const shown: readonly (readonly [string, string])[] = [
    [
      'a size of its own inside a cell without size',
      '<td style="font-size:0"><span style="font-size:14px">seen</span></td>',
    ],
    [
      'visibility that is turned back',
      '<div style="visibility:hidden"><b style="visibility:visible">seen</b></div>',
    ],
    ['white on a colour', '<td style="background-color:#0057b8"><a style="color:#ffffff">seen</a></td>'],
    ['white on an image', '<td background="https://a.example/x.png"><p style="color:#fff">seen</p></td>'],
    [
      'white where a style sheet may colour the ground',
      '<td class="hero"><p style="color:#fff">seen</p></td>',
    ],
    ['what follows a hidden element', '<p style="display:none">gone<p>seen</p>'],
  ];
  for (const [name, html] of shown) {
    it(`is not: ${name}`, async () => {
      expect((await readHtml(html)).visibleText).toContain('seen');
    });
  }
});

describe('the visible text', () => {
  it('has words of different blocks apart and of one line together', async () => {
    const message = await readHtml('<td>one</td><td>two</td><p>th<b>re</b>e</p>four<br>five');
    expect(message.visibleText).toBe('one two three four five');
  });

  it('has no scripts, styles, comments and title', async () => {
    const html =
      '<title>T</title><style>p{}</style><script>var a="x"</script><!-- c --><!--[if mso]>m<![endif]-->text';
    const message = await readHtml(html);
    expect(message.visibleText).toBe('text');
    expect(message.html?.title).toBe('T');
  });

  it('has entities decoded and invisible characters counted and taken out', async () => {
    const message = await readHtml('pass&#8203;word&shy;s &amp; more&nbsp;');
    expect(message.visibleText).toBe('passwords & more');
    expect(message.html?.invisibleCharacters).toBe(2);
  });

  it('goes on behind an element that a browser would read to the end', async () => {
    for (const tag of ['textarea style="display:none"', 'title', 'style', 'xmp', 'plaintext']) {
      expect((await readHtml(`a<${tag}>behind <a href="https://b.example/">it</a>`)).visibleText).toContain(
        'behind it',
      );
    }
  });

  it('of one part cannot be hidden by a tag that another leaves open', async () => {
    const body = multipart('b', [
      'Content-Type: text/html\r\n\r\n<div style="display:none">',
      'Content-Type: text/html\r\n\r\nseen',
    ]);
    const message = await read(mail(['Content-Type: multipart/mixed; boundary=b'], body));
    expect(message.visibleText).toBe('seen');
  });
});

describe('what is counted', () => {
  it('are elements that evidence asks for', async () => {
    const html = [
      '<a href="https://a.example/">x</a><a name="n">y</a>',
      '<img src="https://a.example/i.png"><img src="cid:1"><img src="//a.example/p.gif" width="1" height="1">',
      '<form action="https://f.example/"><input><input type=password><input type=hidden><select></select></form>',
      '<script></script><iframe></iframe><meta http-equiv="refresh" content="0; url=https://m.example/">',
    ].join('');
    expect((await readHtml(html)).html).toMatchObject({
      anchors: 1,
      images: 3,
      remoteImages: 2,
      trackingPixels: 1,
      forms: 1,
      inputs: 3,
      passwordInputs: 1,
      scripts: 1,
      iframes: 1,
      metaRefresh: 1,
    });
  });
});
