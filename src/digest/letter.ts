import { CATEGORIES, type Category } from '../detect/category.ts';
import { shownText } from './shown-text.ts';
import { type DigestLanguage, type DigestWords, digestWords } from './words.ts';

/** Nobody reads more in a letter, and its size stays far below what any mail server takes. */
export const LETTER_ENTRIES = 30;

export interface LetterEntry {
  readonly from: string;
  readonly subject: string;
  readonly heldAt: Date;
  readonly category: string;
  /** Null where it can be neither released nor asked for. */
  readonly link: { readonly action: 'release' | 'ask'; readonly url: string } | null;
}

export interface Letter {
  readonly sender: string;
  readonly recipient: string;
  readonly language: DigestLanguage;
  /** At most LETTER_ENTRIES. */
  readonly entries: readonly LetterEntry[];
  /** With those that are not listed. */
  readonly count: number;
  readonly linkDays: number;
  readonly offUrl: string;
  readonly date: Date;
  /** Ours, for the Message-ID. */
  readonly hostname: string;
  readonly id: string;
}

/** The letter as bytes: text and HTML, nothing in it that is loaded, no link but ours. */
export async function letterBytes(letter: Letter): Promise<Buffer> {
  const words = digestWords(letter.language);
  // Loaded when a letter is written: pages that only want the words for a category do without it.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer/index.js');
  const composer = new MailComposer({
    from: letter.sender,
    to: letter.recipient,
    subject: words.subject(letter.count),
    date: letter.date,
    messageId: `<${letter.id}@${letter.hostname}>`,
    headers: {
      // RFC 3834 section 5: nobody's vacation answers it.
      'Auto-Submitted': 'auto-generated',
      'Content-Language': letter.language,
      'List-Unsubscribe': { prepared: true, value: `<${letter.offUrl}>` },
    },
    text: textOf(letter, words),
    html: htmlOf(letter, words),
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

export function reasonOf(words: Pick<DigestWords, 'reasons'>, category: string): string {
  return isCategory(category) ? words.reasons[category] : words.reasons.other;
}

function isCategory(text: string): text is Category {
  return (CATEGORIES as readonly string[]).includes(text);
}

interface ShownEntry {
  readonly rows: readonly (readonly [string, string])[];
  readonly link: { readonly text: string; readonly url: string } | null;
}

function shownEntry({ from, subject, heldAt, category, link }: LetterEntry, words: DigestWords): ShownEntry {
  return {
    rows: [
      [words.columns.from, shownText(from)],
      [words.columns.subject, shownText(subject) || words.noSubject],
      [words.columns.date, `${heldAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`],
      [words.columns.reason, reasonOf(words, category)],
    ],
    link: link && { text: link.action === 'release' ? words.release : words.ask, url: link.url },
  };
}

function textOf(letter: Letter, words: DigestWords): string {
  const { count, recipient, entries, linkDays, offUrl } = letter;
  const entryTexts = entries.map((entry) => {
    const { rows, link } = shownEntry(entry, words);
    const lines = rows.map(([name, value]) => `${name}: ${value}`);
    return [...lines, ...(link ? [`${link.text}: ${link.url}`] : [])].join('\n');
  });
  return [
    `${words.greeting}\n\n${words.intro(count, recipient)} ${words.what}`,
    ...entryTexts,
    ...(count > entries.length ? [words.more(count - entries.length)] : []),
    words.links(linkDays),
    `${words.off}: ${offUrl}`,
  ].join('\n\n');
}

function htmlOf(letter: Letter, words: DigestWords): string {
  const { language, count, recipient, entries, linkDays, offUrl } = letter;
  const items = entries.map((entry) => {
    const { rows, link } = shownEntry(entry, words);
    const cells = rows.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`);
    return `<table>${cells.join('')}</table>${link ? `<p><a href="${escaped(link.url)}">${escaped(link.text)}</a></p>` : ''}<hr>`;
  });
  const more = count > entries.length ? `<p>${escaped(words.more(count - entries.length))}</p>` : '';
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escaped(words.subject(count))}</title></head><body>
<p>${escaped(words.greeting)}</p>
<p>${escaped(words.intro(count, recipient))} ${escaped(words.what)}</p>
<hr>
${items.join('\n')}
${more}
<p>${escaped(words.links(linkDays))}</p>
<p><a href="${escaped(offUrl)}">${escaped(words.off)}</a></p>
</body></html>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
