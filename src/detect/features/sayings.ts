import { quote } from '../rules/quote.ts';
import { CONTENT } from './sayings/content.ts';
import { LINKS } from './sayings/links.ts';
import { RELATIONSHIP } from './sayings/relationship.ts';
import { about, type Sayings, some, when } from './sayings/saying.ts';
import { SENDER } from './sayings/sender.ts';
import { TRUST } from './sayings/trust.ts';

const ATTACHMENTS: Sayings = {
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

/** Words of their own for the features that tell most, by name; the rest have those of sayings/plain.ts. */
export const SAYINGS: Sayings = {
  ...TRUST,
  ...RELATIONSHIP,
  ...SENDER,
  ...LINKS,
  ...CONTENT,
  ...ATTACHMENTS,
};
