import { DEFAULT_BUDGETS } from '../../src/message/budgets.ts';
import { collectHeaderLinks, collectTextLinks, LinkCollector } from '../../src/message/links.ts';
import { Marks } from '../../src/message/marks.ts';
import type { Link } from '../../src/message/message.ts';
import { asciiDomain, LONGEST_URL, makeLink, registrableDomain } from '../../src/message/url.ts';
import { hold, same, type Target } from '../target.ts';

const BUDGETS = { ...DEFAULT_BUDGETS, links: 10 };

function check(link: Link): void {
  hold(link.url.length <= LONGEST_URL, 'a URL is bounded');
  hold(/^[a-z][a-z0-9+.-]*$/.test(link.scheme), 'a scheme is one, in lower case');
  hold(
    link.host === link.host.toLowerCase() && !/[\s[\]]/.test(link.host),
    'a host is in lower case, without brackets',
  );
  hold(
    link.domain === '' || link.host === link.domain || link.host.endsWith(`.${link.domain}`),
    'a host lies in its domain',
  );
  hold(link.domain === registrableDomain(link.host), 'a domain is that of the host');
  hold(!/[\t\r\n]/.test(link.url), 'a URL ends no line');
}

function inText(text: string): readonly Link[] {
  const collector = new LinkCollector(BUDGETS, new Marks());
  collectTextLinks(text, 'text', collector);
  collectHeaderLinks(text, collector);
  return collector.links;
}

export const target: Target = {
  name: 'url',
  about: 'URLs of attributes, text and header fields',
  sources: ['src/message/url.ts', 'src/message/links.ts'],
  dictionary: [
    'http://',
    'https://',
    'HTTP:\\\\',
    '//',
    'www.',
    'example.com',
    '@',
    ':80',
    '/',
    '?',
    '#',
    '%2e',
    '%00',
    '\u3002',
    '\u00ad',
    'b\u00fccher.example',
    'xn--',
    '[::1]',
    '0x7f.1',
    '2130706433',
    'javascript:',
    'data:text/html,',
    'mailto:',
    'ftp://',
    'file:///',
    '..',
    '.',
    '\\',
    '\t',
    '\n',
    ')',
    '(',
    '<',
    '>',
    'co.uk',
    'tel:',
  ].map((word) => Buffer.from(word).toString('latin1')),
  pairs: [
    ['<', '>'],
    ['(', ')'],
    ['http://', '.example.com/'],
  ],
  maxBytes: 1_024,
  seeds: () =>
    [
      'http://user:pw@www.example.com:8080/a/../b?q=1#f',
      'see (www.example.org/a_(b)), or <https://[2001:db8::1]/x>; http://a.example.co.uk.',
      'HTTPS:\\\\b\u00fccher.example\u3002/x',
      '//cdn.example.net/x.js',
      'example.com/path',
      'data:text/html;base64,PGI+',
    ].map((text) => Buffer.from(text)),
  run(input) {
    const text = input.toString('utf8');
    for (const base of [null, 'http://base.example/dir/page']) {
      const link = makeLink(text, 'anchor', null, base);
      same(makeLink(text, 'anchor', null, base), link, 'the same URL is read alike twice');
      if (link === null) continue;
      check(link);
      const again = makeLink(link.url, 'anchor', null, base);
      hold(
        link.url.length >= LONGEST_URL || again?.host === link.host,
        'a URL that was read leads to the same host again',
      );
    }
    const links = inText(text);
    hold(links.length <= BUDGETS.links, 'the budget of links holds');
    for (const link of links) check(link);
    const domain = asciiDomain(text);
    hold(asciiDomain(domain) === domain, 'a domain is in its last form');
  },
};
