import type { PlainTable } from './plain-words.ts';

export const FILES: PlainTable = {
  html_image_only: ['It is one picture instead of text', 'It is not just a picture'],
  html_forms: ['It asks to fill in a form in the message itself', 'It has no form to fill in'],
  html_password_inputs: [
    'It asks for a password in the message itself',
    'It asks for no password in the message itself',
  ],
  html_active: ['It carries script or jumps to other pages', 'It carries no script'],
  html_text_share: [
    'There is text for the reader in the HTML',
    'There is no text for the reader in the HTML',
  ],
  attachments_count: ['It carries # files', 'It carries no files', 'It carries a file'],
  attachments_executables: ['It carries # programs', 'It carries no programs', 'It carries a program'],
  attachments_double_extension: [
    'It carries # files that hide what they are behind a harmless ending',
    'No file hides behind a harmless ending',
    'It carries a file that hides what it is behind a harmless ending',
  ],
  attachments_type_mismatch: [
    'It carries # files that are not what their names say',
    'The files are what their names say',
    'It carries a file that is not what its name says',
  ],
  attachments_archives: ['It carries # archives', 'It carries no archives', 'It carries an archive'],
  attachments_encrypted: [
    'It carries # files that need a password',
    'No file needs a password',
    'It carries a file that needs a password',
  ],
  attachments_macros: [
    'It carries # Office files with macros',
    'No file carries macros',
    'It carries an Office file with macros',
  ],
  attachments_html_files: [
    'It carries # web pages as files',
    'It carries no web pages as files',
    'It carries a web page as a file',
  ],
  attachments_html_smuggling: [
    '# attached pages build a file from script',
    'No attached page builds a file from script',
    'An attached page builds a file from script',
  ],
  attachments_html_forms: [
    '# attached pages hold a form',
    'No attached page holds a form',
    'An attached page holds a form',
  ],
  attachments_containers: [
    'It carries # disk images or notebooks, which hide programs',
    'It carries no disk images',
    'It carries a disk image or notebook, which hides programs',
  ],
  attachments_html_redirects: [
    '# attached pages lead to another page at once',
    'No attached page leads elsewhere',
    'An attached page leads to another page at once',
  ],
  attachments_nested_archives: [
    'It carries # archives within archives',
    'It carries no archives within archives',
    'It carries an archive within archives',
  ],
  attachments_active_office: [
    '# Office files fetch something or start programs',
    'No Office file fetches anything',
    'An Office file fetches something or starts programs',
  ],
  attachments_foreign_organizers: [
    '# invitations are from another organisation than the sender',
    'No invitation is from somebody else',
    'An invitation is from another organisation than the sender',
  ],
  attachments_pdf_scripts: ['# PDF files run script', 'No PDF file runs script', 'A PDF file runs script'],
  attachments_pdf_links: [
    'There are # links in PDF files',
    'There are no links in PDF files',
    'There is a link in a PDF file',
  ],
  attachments_pdfs: ['It carries # PDF files', 'It carries no PDF files', 'It carries a PDF file'],
};

export const LANGUAGE: PlainTable = {
  language_exclamations: [
    'It has # exclamation marks',
    'It has no exclamation marks',
    'It has an exclamation mark',
  ],
  language_capitals: ['It is written in ordinary case', 'It is written without capitals'],
  language_amounts: [
    'It names # amounts of money',
    'It names no amounts of money',
    'It names an amount of money',
  ],
  language_phone_numbers: [
    'It gives # telephone numbers',
    'It gives no telephone number',
    'It gives a telephone number',
  ],
  language_bitcoin_addresses: [
    'It gives # addresses to send Bitcoin to',
    'It gives no address to send Bitcoin to',
    'It gives an address to send Bitcoin to',
  ],
  language_mixed_scripts: [
    '# words mix alphabets, to look like others',
    'No word mixes alphabets',
    'A word mixes alphabets, to look like others',
  ],
  language_generic_greeting: [
    'It greets nobody by name, as mass mail does',
    'It has no greeting of mass mail',
  ],
  language_asks_to_log_in: [
    'It asks to log in or confirm an account, and has a page ready',
    'It does not ask to log in',
  ],
  language_asks_to_call: [
    'It names a charge and gives a number to call',
    'It does not ask to call about a charge',
  ],
  language_asks_for_answer: [
    'A short note that only wants an answer, a favour or a number',
    'It is no short note that only wants an answer',
  ],
  language_asks_for_payment: [
    'It wants a payment or new bank details, in a hurry or in secret',
    'It does not press for a payment',
  ],
  language_asks_for_ransom: ['It threatens and asks for cryptocurrency', 'It does not ask for a ransom'],
  language_new_account: ['It speaks of a new or changed account', 'It speaks of no new or changed account'],
  language_freemail_in_text: [
    'The text asks to write to a free mail account',
    'The text names no free mail account',
  ],
  ambiguity_kinds: [
    'It is built so that different programs read it differently',
    'It reads the same in all programs',
  ],
  ambiguity_over_budget: ['It is too large or too nested to be read in full', 'All of it was read'],
};
