import type { LinkFacts } from '../../../evidence/links.ts';
import { quote } from '../../rules/quote.ts';
import { about, NO_LINKS, part, type Saying, type Sayings, some, when } from './saying.ts';

/** "All links lead to the sender's own site"; where none does, where they go instead. */
const leads = (read: (facts: LinkFacts) => number | null, where: string): Saying =>
  about('links', (facts) => {
    if (facts.count === 0) return NO_LINKS;
    const share = read(facts);
    if (share === null) return null;
    if (share > 0) return `${part(share, 'links')} lead to ${where}`;
    const first = facts.domains[0];
    return `No link leads to ${where}${first === undefined ? '' : `; the first goes to ${quote(first)}`}`;
  });

/** A count of links of a kind, with the host that was odd where there is one. */
const kind = (read: (facts: LinkFacts) => number, one: string, many: string): Saying =>
  about('links', (facts) =>
    when(read(facts) > 0, () => {
      const host = facts.oddHost === '' ? '' : `: ${quote(facts.oddHost)}`;
      return `${some(read(facts), one, many)}${host}`;
    }),
  );

export const LINKS: Sayings = {
  links_text_mismatch: about('links', (facts) => {
    const [named = '', host = ''] = facts.mismatchExample.split(' > ', 2);
    return when(facts.textTargetMismatch > 0, () => `A link says ${quote(named)} but goes to ${quote(host)}`);
  }),
  links_brand_misplaced: about('links', (facts) =>
    when(
      facts.brandMisplaced > 0,
      () => `A link goes to a host that is made to look like another: ${quote(facts.brandExample)}`,
    ),
  ),
  links_of_sender: leads(({ shareOfSender }) => shareOfSender, "the sender's own site"),
  links_of_authenticated: leads(
    ({ shareOfAuthenticated }) => shareOfAuthenticated,
    'the site of the authenticated sender',
  ),
  links_of_vouched: leads(({ shareOfVouched }) => shareOfVouched, 'a domain that signed or sent the message'),
  links_of_related: leads(({ shareOfRelated }) => shareOfRelated, "the sender's or the mailer's own site"),
  links_of_brands: leads(({ shareOfBrands }) => shareOfBrands, 'sites of well-known brands'),
  links_images_of_related: about('links', ({ imagesOfRelated }) =>
    imagesOfRelated === null
      ? 'It fetches no images from the web'
      : imagesOfRelated === 0
        ? 'Its images come from somebody other than the sender'
        : `${part(imagesOfRelated, 'images')} come from the sender's own site`,
  ),
  links_main_foreign: about('links', ({ mainForeign, domains, count }) => {
    if (count === 0) return NO_LINKS;
    if (mainForeign === null) return null;
    return mainForeign
      ? `Most links go to somebody who has nothing to do with the sender: ${quote(domains[0] ?? '')}`
      : 'Most links go where the sender belongs';
  }),
  links_concentration: about('links', ({ concentration, count }) =>
    count === 0
      ? NO_LINKS
      : concentration === null
        ? null
        : concentration >= 0.995
          ? 'All links go to one place'
          : concentration >= 0.5
            ? 'Most links go to one place'
            : 'The links go to many places',
  ),
  links_count: about('links', ({ count }) =>
    count === 0 ? NO_LINKS : `It has ${some(count, 'one link', 'links')}`,
  ),
  links_domains: about('links', ({ distinctDomains, count }) =>
    count === 0 ? NO_LINKS : `The links go to ${some(distinctDomains, 'one site', 'different sites')}`,
  ),
  links_ip_hosts: kind(
    ({ ipHosts }) => ipHosts,
    'A link goes to a bare IP address',
    'links go to bare IP addresses',
  ),
  links_shorteners: kind(
    ({ shorteners }) => shorteners,
    'A link hides its target behind a shortener',
    'links hide their targets behind shorteners',
  ),
  links_free_hosting: kind(
    ({ freeHosting }) => freeHosting,
    'A link goes to a site or form that anybody puts up for nothing',
    'links go to sites or forms that anybody puts up for nothing',
  ),
  links_suspicious_tld: kind(
    ({ suspiciousTld }) => suspiciousTld,
    'A link goes under a top-level domain that is mostly abused',
    'links go under top-level domains that are mostly abused',
  ),
  links_redirectors: about('links', ({ redirectors }) =>
    when(redirectors > 0, () =>
      some(redirectors, 'A link leads on to somebody else', 'links lead on to somebody else'),
    ),
  ),
};
