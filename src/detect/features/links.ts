import { type Evidence, factsOf } from '../../evidence/evidence.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, count, share } = featuresOf('links');

/** Where nothing was checked nobody is vouched for, and that says nothing about the links. */
function wasChecked({ authentication }: Evidence): boolean {
  return (factsOf(authentication)?.source ?? 'unknown') !== 'unknown';
}

/** Length and randomness of addresses are left out on purpose: click counters of honest newsletters have more of both. */
export const LINKS: readonly Feature[] = [
  count('count', 'free', 'Links to the web', (facts) => facts.count),
  count('domains', 'free', 'Distinct domains of links', (facts) => facts.distinctDomains),
  share('of_sender', 'down', 'Links to the organisation of From', (facts) => facts.shareOfSender),
  share('of_authenticated', 'down', 'Links to the organisation that is vouched for', (facts, evidence) =>
    wasChecked(evidence) ? facts.shareOfAuthenticated : null,
  ),
  share(
    'of_related',
    'down',
    'Links to whoever the message names as sender or mailer',
    (facts) => facts.shareOfRelated,
  ),
  share('of_brands', 'free', 'Links to domains of listed brands', (facts) => facts.shareOfBrands),
  share('popular_share', 'free', 'Links to well-known organisations', (facts) => facts.popularShare),
  share(
    'images_of_related',
    'down',
    'Remote images from whoever the message names as sender or mailer',
    (facts) => facts.imagesOfRelated,
  ),
  count(
    'borrowed_images',
    'up',
    "Images fetched from a brand's domain in a message that is not the brand's",
    (facts) => facts.borrowedImages,
  ),
  count('from_qr', 'up', 'Links that stand in QR codes', (facts) => facts.fromQr),
  count('text_mismatch', 'up', 'Links whose text names another host', (facts) => facts.textTargetMismatch),
  count('shorteners', 'up', 'Links to shorteners', (facts) => facts.shorteners),
  count('redirectors', 'up', 'Links that lead on to somebody else', (facts) => facts.redirectors),
  count('ip_hosts', 'up', 'Links to bare IP addresses', (facts) => facts.ipHosts),
  count('userinfo', 'up', 'Links with a name before an @ in the host part', (facts) => facts.userinfo),
  count('free_hosting', 'up', 'Links to free sites and forms', (facts) => facts.freeHosting),
  count('file_sharing', 'free', 'Links to file sharing', (facts) => facts.fileSharing),
  count(
    'suspicious_tld',
    'up',
    'Links under top-level domains that are mostly abused',
    (facts) => facts.suspiciousTld,
  ),
  count(
    'brand_misplaced',
    'up',
    "Links to hosts that bear a brand's name or look like it",
    (facts) => facts.brandMisplaced,
  ),
  count(
    'brand_in_path',
    'free',
    "Links with a brand's name in the path of another host",
    (facts) => facts.brandInPath,
  ),
  count('port', 'up', 'Links to an unusual port', (facts) => facts.nonStandardPort),
  count('script', 'up', 'Links that run script or hold data', (facts) => facts.dataOrScript),
  share('concentration', 'free', 'Links to the commonest domain', (facts) => facts.concentration),
  flag('recipient', 'free', 'A link holds the address of the recipient', (facts) => facts.recipientInUrl),
  share('of_vouched', 'down', 'Links to a domain that passed SPF or DKIM', (facts, evidence) =>
    wasChecked(evidence) ? facts.shareOfVouched : null,
  ),
  count(
    'login_paths',
    'free',
    'Links to pages that ask to log in or to confirm',
    (facts) => facts.loginPaths,
  ),
  count(
    'inside_site',
    'up',
    "Links into a site's software, where visitors are not sent",
    (facts) => facts.insideSite,
  ),
  count('downloads', 'up', 'Links straight to a program or archive', (facts) => facts.downloads),
  flag(
    'main_foreign',
    'up',
    'Most links go to somebody whom the sender fields do not name',
    (facts) => facts.mainForeign,
  ),
  count('random_hosts', 'up', 'Hosts whose names look made by a machine', (facts) => facts.randomHosts),
  count(
    'service_word_hosts',
    'up',
    'Hosts named after a department with hyphens',
    (facts) => facts.serviceWordHosts,
  ),
];
