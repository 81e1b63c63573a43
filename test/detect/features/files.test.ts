import { describe, expect, it } from 'vitest';
import { FEATURES, measure } from '../../../src/detect/features/schema.ts';
import { featureWords } from '../../../src/detect/features/words.ts';
import type { FactsBySource, SourceName } from '../../../src/evidence/evidence.ts';
import { evidence } from '../evidence.ts';

type Changes = { readonly [S in SourceName]?: Partial<FactsBySource[S]> };

const measured = (name: string, changes: Changes) =>
  measure(evidence(changes))[FEATURES.findIndex((feature) => feature.name === name)];

const CASES: readonly (readonly [string, Changes, number])[] = [
  ['links_from_qr', { links: { fromQr: 1 } }, 1],
  ['attachments_html_redirects', { attachments: { htmlRedirects: 1 } }, 1],
  ['attachments_nested_archives', { attachments: { nestedArchives: 1 } }, 1],
  ['attachments_active_office', { attachments: { remoteParts: 1, activeObjects: 2 } }, 3],
  ['attachments_foreign_organizers', { attachments: { foreignOrganizers: 1 } }, 1],
  ['attachments_pdf_scripts', { attachments: { pdfScripts: 1 } }, 1],
  ['attachments_pdf_links', { attachments: { pdfLinks: 4 } }, 4],
];

describe('features of what lies in files', () => {
  it.each(CASES)('%s with %j counts %i, and nothing for plain evidence', (name, changes, count) => {
    expect(measured(name, changes)).toBeCloseTo(Math.log1p(count), 6);
    expect(measured(name, {})).toBe(0);
  });

  it('have the share of text where there is HTML', () => {
    expect(measured('html_text_share', { html: { textShare: 0.25 } })).toBe(0.25);
    expect(measured('html_text_share', { html: { textShare: null } })).toBeNaN();
  });

  it.each([
    ['links_from_qr', { links: { fromQr: 1 } }, 'A link stands in a QR code'],
    ['links_from_qr', { links: { fromQr: 2 } }, '2 links stand in a QR code'],
    [
      'attachments_html_redirects',
      { attachments: { htmlRedirects: 1 } },
      'An attached page leads to another page at once',
    ],
    [
      'attachments_active_office',
      { attachments: { activeObjects: 1 } },
      'An attached document fetches a part from elsewhere or opens other programs',
    ],
    [
      'attachments_nested_archives',
      { attachments: { nestedArchives: 1 } },
      'It carries an archive with another archive or a page inside',
    ],
    [
      'attachments_foreign_organizers',
      { attachments: { foreignOrganizers: 1 } },
      'The invitation is from another organisation than the sender',
    ],
  ] as const)('%s is told in words', (name, changes, words) => {
    expect(featureWords(name, evidence(changes))).toBe(words);
  });
});
