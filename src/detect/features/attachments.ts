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
  count('pdfs', 'free', 'PDF files', (facts) => facts.pdfs),
];
