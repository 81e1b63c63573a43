import { type Evidence, type FactsBySource, factsOf, type SourceName } from '../../evidence/evidence.ts';
import { quote } from '../rules/quote.ts';
import { MEASURED_THEMES, snakeCase, THEME_WORDS } from './language.ts';

/** Says what there is; null where there is nothing to say beyond the value of the feature. */
type Saying = (evidence: Evidence) => string | null;

/** A saying about the facts of one source; null where it failed. */
function about<S extends SourceName>(source: S, say: (facts: FactsBySource[S]) => string | null): Saying {
  return (evidence) => {
    const facts = factsOf<FactsBySource[S]>(evidence[source]);
    return facts === null ? null : say(facts);
  };
}

const when = (condition: boolean, words: () => string) => (condition ? words() : null);
const some = (count: number, one: string, many: string) => (count === 1 ? one : `${count} ${many}`);

const AUTHENTICATION: Readonly<Record<string, Saying>> = {
  authentication_aligned: about('authentication', (facts) =>
    facts.authenticatedDomain === ''
      ? when(facts.source !== 'unknown', () => 'Nobody vouches for the address in From')
      : `${quote(facts.authenticatedDomain)} vouches for the address in From`,
  ),
  authentication_dmarc_fail: about('authentication', (facts) =>
    when(facts.dmarc === 'fail', () => 'DMARC failed: the sender may use the domain without right'),
  ),
  authentication_dmarc_fail_enforced: about('authentication', (facts) =>
    when(
      facts.dmarc === 'fail' && facts.dmarcPolicy !== 'none',
      () => 'DMARC failed, and the domain asks to stop such mail',
    ),
  ),
  authentication_spf_fail: about('authentication', (facts) =>
    when(
      facts.spf === 'fail' || facts.spf === 'softfail',
      () => `${quote(facts.spfDomain)} does not send from this host (SPF ${facts.spf})`,
    ),
  ),
};

const SENDER: Readonly<Record<string, Saying>> = {
  sender_lookalike: about('sender', (facts) =>
    when(
      facts.lookalikeOf !== '',
      () => `${quote(facts.fromDomain)} looks like ${quote(facts.lookalikeOf)} and is not`,
    ),
  ),
  sender_reply_to_lookalike: about('sender', (facts) =>
    when(
      facts.replyToLookalikeOf !== '',
      () =>
        `Replies go to ${quote(facts.replyToDomain)}, which looks like ${quote(facts.replyToLookalikeOf)}`,
    ),
  ),
  sender_name_claims_brand: about('sender', (facts) =>
    when(
      facts.nameClaimsBrand !== '',
      () =>
        `The name ${quote(facts.fromName)} claims ${quote(facts.nameClaimsBrand)}, the address is at ${quote(facts.fromDomain)}`,
    ),
  ),
  sender_name_claims_us: about('sender', (facts) =>
    when(
      facts.nameClaimsUs,
      () =>
        `The name ${quote(facts.fromName)} claims to be of us, the address is at ${quote(facts.fromDomain)}`,
    ),
  ),
  sender_name_of_person: about('sender', (facts) =>
    when(
      facts.nameOfPerson !== '',
      () => `It bears the name of ${quote(facts.nameOfPerson)} and comes from ${quote(facts.fromAddress)}`,
    ),
  ),
  sender_name_other_address: about('sender', (facts) =>
    when(
      facts.nameHoldsOtherAddress,
      () => `The name shows another address: ${quote(facts.fromName)} for ${quote(facts.fromAddress)}`,
    ),
  ),
  sender_subject_names_brand: about('sender', (facts) =>
    when(
      facts.subjectNamesBrand !== '',
      () =>
        `The subject names ${quote(facts.subjectNamesBrand)}, the address is at ${quote(facts.fromDomain)}`,
    ),
  ),
  sender_reply_to_differs: about('sender', (facts) =>
    when(
      facts.replyToDiffers,
      () => `Replies go to ${quote(facts.replyToDomain)} and not to ${quote(facts.fromDomain)}`,
    ),
  ),
  sender_reply_to_freemail: about('sender', (facts) =>
    when(
      facts.replyToFreemail && facts.replyToDiffers,
      () => `Replies go to a free mailbox at ${quote(facts.replyToDomain)}`,
    ),
  ),
  sender_freemail: about('sender', (facts) =>
    when(facts.freemail, () => `It comes from a free mailbox at ${quote(facts.fromDomain)}`),
  ),
  sender_disposable: about('sender', (facts) =>
    when(facts.disposable, () => `It comes from a mailbox that vanishes, at ${quote(facts.fromDomain)}`),
  ),
  sender_brand_forged: about('sender', (facts) =>
    when(
      facts.fromBrand !== '' && !facts.freemail,
      () => `It says it is from ${quote(facts.fromBrand)}, and nobody vouches for that`,
    ),
  ),
  sender_brand_vouched: about('sender', (facts) =>
    when(facts.fromBrand !== '', () => `${quote(facts.fromBrand)} vouches for it`),
  ),
  sender_own_domain_forged: about('sender', (facts) =>
    when(
      facts.fromOwnDomain,
      () => `It says it is from our own domain ${quote(facts.fromDomain)}, and nobody vouches for that`,
    ),
  ),
  sender_suspicious_tld: about('sender', (facts) =>
    when(
      facts.suspiciousTld,
      () => `${quote(facts.fromDomain)} is under a top-level domain that is mostly abused`,
    ),
  ),
};

const LINKS: Readonly<Record<string, Saying>> = {
  links_text_mismatch: about('links', (facts) => {
    const [named = '', host = ''] = facts.mismatchExample.split(' > ', 2);
    return when(
      facts.textTargetMismatch > 0,
      () => `Link text names ${quote(named)} but goes to ${quote(host)}`,
    );
  }),
  links_brand_misplaced: about('links', (facts) =>
    when(
      facts.brandMisplaced > 0,
      () => `A link goes to a host that is made to look like another: ${quote(facts.brandExample)}`,
    ),
  ),
  links_of_related: about('links', (facts) =>
    facts.shareOfRelated === null
      ? null
      : facts.shareOfRelated === 0
        ? `No link goes to the sender: they go to ${quote(facts.domains[0] ?? 'bare addresses')}`
        : `${Math.round(100 * facts.shareOfRelated)} % of the links go to the sender`,
  ),
  links_ip_hosts: about('links', (facts) =>
    when(
      facts.ipHosts > 0,
      () => `${some(facts.ipHosts, 'A link goes', 'links go')} to a bare IP address, ${quote(facts.oddHost)}`,
    ),
  ),
  links_shorteners: about('links', (facts) =>
    when(
      facts.shorteners > 0,
      () =>
        `${some(facts.shorteners, 'A link hides', 'links hide')} its target behind a shortener, ${quote(facts.oddHost)}`,
    ),
  ),
  links_free_hosting: about('links', (facts) =>
    when(
      facts.freeHosting > 0,
      () =>
        `${some(facts.freeHosting, 'A link goes', 'links go')} to a free site or form, ${quote(facts.oddHost)}`,
    ),
  ),
  links_suspicious_tld: about('links', (facts) =>
    when(
      facts.suspiciousTld > 0,
      () =>
        `${some(facts.suspiciousTld, 'A link goes', 'links go')} under a top-level domain that is mostly abused, ${quote(facts.oddHost)}`,
    ),
  ),
  links_redirectors: about('links', (facts) =>
    when(
      facts.redirectors > 0,
      () => `${some(facts.redirectors, 'A link leads', 'links lead')} on to somebody else`,
    ),
  ),
};

const REPUTATION: Readonly<Record<string, Saying>> = {
  reputation_authenticated_messages: about('reputation', ({ authenticatedDomain, remembers }) => {
    if (!remembers) return null;
    if (authenticatedDomain === null) return 'No authenticated sender that we could know';
    return authenticatedDomain.known
      ? `We have had about ${Math.round(authenticatedDomain.messages)} messages of this authenticated sender`
      : 'We have never had mail of this authenticated sender';
  }),
};

const ATTACHMENTS: Readonly<Record<string, Saying>> = {
  attachments_executables: about('attachments', (facts) =>
    when(facts.executables > 0, () => `It carries a program: ${quote(facts.executableExample)}`),
  ),
  attachments_encrypted: about('attachments', (facts) =>
    when(facts.encryptedArchives > 0, () => 'It carries a file that nobody can look into without a password'),
  ),
  links_from_qr: about('links', (facts) =>
    when(facts.fromQr > 0, () => `${some(facts.fromQr, 'A link stands', 'links stand')} in a QR code`),
  ),
  attachments_html_redirects: about('attachments', (facts) =>
    when(facts.htmlRedirects > 0, () => 'An attached page leads to another page at once'),
  ),
  attachments_active_office: about('attachments', (facts) =>
    when(
      facts.remoteParts + facts.activeObjects > 0,
      () => 'An attached document fetches a part from elsewhere or opens other programs',
    ),
  ),
  attachments_nested_archives: about('attachments', (facts) =>
    when(facts.nestedArchives > 0, () => 'It carries an archive with another archive or a page inside'),
  ),
  attachments_foreign_organizers: about('attachments', (facts) =>
    when(facts.foreignOrganizers > 0, () => 'The invitation is from another organisation than the sender'),
  ),
  attachments_html_smuggling: about('attachments', (facts) =>
    when(facts.htmlSmuggling > 0, () => 'An attached page builds a file or another page from script'),
  ),
};

const LANGUAGE: Readonly<Record<string, Saying>> = Object.fromEntries(
  MEASURED_THEMES.map((theme) => [
    `language_${snakeCase(theme)}`,
    about('language', ({ examples }) => {
      const phrases = examples[theme] ?? [];
      return when(
        phrases.length > 0,
        () => `It speaks of ${THEME_WORDS[theme]}: ${phrases.map(quote).join(', ')}`,
      );
    }),
  ]),
);

/** Better words than "meaning: value" for the features that tell most, by name. */
export const SAYINGS: Readonly<Record<string, Saying>> = {
  ...AUTHENTICATION,
  ...SENDER,
  ...REPUTATION,
  ...LINKS,
  ...ATTACHMENTS,
  ...LANGUAGE,
};
