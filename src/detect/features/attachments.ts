import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { count } = featuresOf('attachments');

export const ATTACHMENTS: readonly Feature[] = [
  count('count', 'free', 'Attached files', (facts) => facts.count),
  count('executables', 'up', 'Programs and scripts, archives looked into', (facts) => facts.executables),
  count(
    'double_extension',
    'up',
    'File names with a harmless extension before the real one',
    (facts) => facts.doubleExtension,
  ),
  count('type_mismatch', 'up', 'Files that are not what their names say', (facts) => facts.typeMismatch),
  count('archives', 'free', 'Archives', (facts) => facts.archives),
  count('encrypted', 'up', 'Files that ask for a password', (facts) => facts.encryptedArchives),
  count('macros', 'up', 'Office files with macros', (facts) => facts.macros),
  count('html_files', 'up', 'HTML and SVG files', (facts) => facts.htmlFiles),
  count(
    'html_smuggling',
    'up',
    'HTML files that build a file or page from script',
    (facts) => facts.htmlSmuggling,
  ),
  count('html_forms', 'up', 'HTML files with a form', (facts) => facts.htmlForms),
  count(
    'containers',
    'up',
    'Disk images and OneNote files, which carry programs past the mark of the web',
    (facts) => facts.diskImages + facts.oneNote,
  ),
  count(
    'html_redirects',
    'up',
    'HTML files whose script leads to another page at once',
    (facts) => facts.htmlRedirects,
  ),
  count('nested_archives', 'up', 'Archives with archives or pages inside', (facts) => facts.nestedArchives),
  count(
    'active_office',
    'up',
    'Office files that fetch a part from elsewhere or open other programs',
    (facts) => facts.remoteParts + facts.activeObjects,
  ),
  count(
    'foreign_organizers',
    'up',
    'Invitations from another organisation than the sender',
    (facts) => facts.foreignOrganizers,
  ),
  count('pdf_scripts', 'up', 'PDF files that run script or start programs', (facts) => facts.pdfScripts),
  count('pdf_links', 'free', 'Links in PDF files', (facts) => facts.pdfLinks),
  count('pdfs', 'free', 'PDF files', (facts) => facts.pdfs),
];
