import { DEFAULT_BUDGETS } from '../../src/message/budgets.ts';
import { HtmlReader } from '../../src/message/html-view.ts';
import { LinkCollector } from '../../src/message/links.ts';
import { Marks } from '../../src/message/marks.ts';
import { collectPageLinks } from '../../src/message/page-links.ts';
import { LONGEST_LINK_TEXT, LONGEST_URL } from '../../src/message/url.ts';
import { hold, same, type Target } from '../target.ts';

/** Small enough that inputs reach them. */
const BUDGETS = { ...DEFAULT_BUDGETS, textChars: 512, htmlChars: 2_048, htmlNodes: 200, links: 20 };

function read(html: string) {
  const marks = new Marks();
  const collector = new LinkCollector(BUDGETS, marks);
  const reader = new HtmlReader(BUDGETS, marks, collector);
  reader.read(html);
  // A second document: nothing that the first leaves open hides it.
  reader.read('<p>seen');
  return { view: reader.view(), links: collector.links, marks, images: reader.heldImages };
}

function checkView({ view, marks }: ReturnType<typeof read>): void {
  const { visibleText, hiddenText, title } = view;
  hold(
    visibleText.length <= BUDGETS.textChars && hiddenText.length <= BUDGETS.textChars,
    'the budget of text holds',
  );
  hold(title.length <= 1_000, 'a title is bounded');
  hold(view.nodes <= BUDGETS.htmlNodes && view.chars <= BUDGETS.htmlChars, 'the budgets of HTML hold');
  hold(!/\s\s|^\s/.test(visibleText), 'white space is folded');
  hold(marks.overBudget.length > 0 || visibleText.endsWith('seen'), 'no document hides the next');
  for (const [name, value] of Object.entries(view))
    hold(typeof value === 'string' || (Number.isInteger(value) && value >= 0), `a count is one: ${name}`);
}

export const target: Target = {
  name: 'html',
  about: 'the view of HTML bodies and the links of HTML files',
  sources: [
    'html-view',
    'html-counts',
    'html-document',
    'html-links',
    'html-sheet',
    'html-style',
    'html-tree',
    'text-fold',
    'links',
    'page-links',
  ].map((name) => `src/message/${name}.ts`),
  dictionary: [
    '<div>',
    '</div>',
    '<a href="http://a.example/">',
    '</a>',
    '<img src=//b.example/x width=1 height=1>',
    '<style>',
    '</style>',
    '<script>',
    '</script>',
    '<title>',
    '</title>',
    '<textarea>',
    '<plaintext>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<base href=http://c.example>',
    '<meta http-equiv=refresh content="0;url=http://d.example">',
    ' style="display:none"',
    ' hidden',
    ' class=a',
    '.a{display:none}',
    'color:#fff',
    'font-size:0',
    'background:white',
    '&amp;',
    '&#x110000;',
    '&#0;',
    '&lt',
    '&nbsp;',
    '\u200b',
    'data:image/png;base64,QUJD',
    'javascript:',
    'aHR0cDovL2EuZXhhbXBsZS8=',
    '%68%74%74%70%3a%2f%2f',
    '<form action=http://e.example><input type=password>',
    '<svg>',
    '<iframe src=x>',
    '@media',
    '{',
    '}',
    ';',
    '<',
    '>',
    '"',
    "'",
    '/',
    '=',
    '\0',
    '</',
    '<area href=x alt=y>',
    '!important',
    'rgba(0,0,0,0)',
    'opacity:0',
  ].map((word) => Buffer.from(word).toString('latin1')),
  pairs: [
    ['<b>', '</b>'],
    ['<a href="http://f.example/">', '</a>'],
    ['<div style="display:none">', '</div>'],
    ['<style>', '</style>'],
    ['<!--', '-->'],
    ['"', '"'],
  ],
  maxBytes: 3_072,
  seeds: () =>
    [
      '<html><head><title>a &amp; b</title><style>.x{display:none} p , td.y{color:#fff}</style></head><body><p class=x>hidden<p>seen</body>',
      '<a href="http://a.example/?q=1">one <img alt=two src="http://b.example/p.gif" width=1 height=1></a><div style="font-size:0;color:white">no</div>',
      '<base href="http://c.example/"><form action="/login"><input type="password"></form><script>location="https://d.example/"</script>',
      '<table background=x bgcolor=white><tr><td><font color="#ffffff">white</font></td></tr></table><iframe src="//e.example"></iframe>',
      '<meta http-equiv="refresh" content="0; url=http://f.example/"><textarea>open<p>after',
    ].map((text) => Buffer.from(text)),
  run(input) {
    const html = input.toString('utf8');
    const found = read(html);
    checkView(found);
    hold(found.links.length <= BUDGETS.links, 'the budget of links holds');
    for (const link of found.links) {
      hold(
        link.url.length <= LONGEST_URL && (link.text?.length ?? 0) <= LONGEST_LINK_TEXT,
        'a link is bounded',
      );
      hold(link.host === link.host.toLowerCase(), 'a host is in lower case');
    }
    const again = read(html);
    same(
      [again.view, again.links, again.images],
      [found.view, found.links, found.images],
      'the same page is read alike twice',
    );
    const collector = new LinkCollector(BUDGETS, new Marks());
    collectPageLinks(html, collector);
    hold(collector.links.length <= BUDGETS.links, 'the budget of links holds for files');
  },
};
