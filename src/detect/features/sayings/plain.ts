/** What a feature says where it is there ("#" stands for how many), where it is not, and where there is just one. */
export type PlainWords = readonly [there: string, absent: string, one?: string];

const AUTHENTICATION: Readonly<Record<string, PlainWords>> = {
  authentication_spf_pass: [
    'The host that sent it may send for its return path (SPF)',
    'The host that sent it may not, or not surely, send for its return path (SPF)',
  ],
  authentication_dkim_pass: [
    'It carries a signature that holds (DKIM)',
    'It carries no signature that holds (DKIM)',
  ],
  authentication_dkim_broken: ['Its signatures are broken (DKIM)', 'It carries no broken signatures (DKIM)'],
  authentication_dmarc_pass: [
    'It comes from the domain it says it is from (DMARC)',
    'Nothing proves that it comes from the domain it says it is from (DMARC)',
  ],
  authentication_dmarc_fail: ['DMARC failed', 'DMARC did not fail'],
  authentication_dmarc_fail_enforced: ['DMARC failed where that counts', 'DMARC does not ask to stop it'],
};

const SENDER: Readonly<Record<string, PlainWords>> = {
  sender_from_count_odd: ['From names nobody, or several senders', 'From names one sender'],
  sender_name_other_address: ['The name shows another address', 'The name shows no other address'],
  sender_name_claims_brand: ['The name claims to be a brand', 'The name claims to be no brand'],
  sender_name_claims_us: ['The name claims to be of us', 'The name does not claim to be of us'],
  sender_name_of_person: [
    'It bears the name of a protected person',
    'It bears the name of no protected person',
  ],
  sender_subject_names_brand: [
    'The subject names a brand',
    'The subject names no brand that the sender is not',
  ],
  sender_freemail: ['It comes from a free mail account', "It comes from a domain of the sender's own"],
  sender_disposable: ['It comes from a throw-away mailbox', 'It comes from no throw-away mailbox'],
  sender_brand_vouched: [
    'It really comes from a well-known brand',
    'It is not proved to come from a well-known brand',
  ],
  sender_popular_authenticated: [
    'It really comes from a well-known organisation',
    'It is not proved to come from a well-known organisation',
  ],
  sender_brand_forged: ['It pretends to be from a brand', 'It forges the address of no brand'],
  sender_own_domain_forged: ['It pretends to be from us', 'It does not forge an address of ours'],
  sender_reply_to_differs: ['Replies go elsewhere', 'Replies go back to the sender'],
  sender_reply_to_freemail: [
    'Replies go to a free mail account',
    'Replies are not led to a free mail account',
  ],
  sender_helo_matches_from: [
    'The host that sent it belongs to the sender',
    'The host that sent it gives a name that is not of the sender',
  ],
  sender_helo_not_a_name: [
    'The host that sent it gave no proper name',
    'The host that sent it gave a proper name',
  ],
  sender_lookalike: ['The sender only looks like somebody else', 'The sender looks like nobody else'],
  sender_reply_to_lookalike: ['Replies go to a lookalike', 'Replies go to no lookalike'],
  sender_suspicious_tld: [
    'The sender is under a top-level domain that is mostly abused',
    'The sender is under an ordinary top-level domain',
  ],
  sender_from_is_recipient: ['It says it is from the reader', 'It does not say it is from the reader'],
  sender_local_part_digits: [
    'There are digits in the address of the sender',
    'There are no digits in the address of the sender',
  ],
  sender_lookalike_in_thread: [
    'The sender only looks like somebody the reader knows',
    'The sender looks like nobody in the conversation',
  ],
  sender_name_claims_recipient: [
    "The name claims the reader's own organisation",
    "The name does not claim the reader's own organisation",
  ],
  sender_role_from_outside: ['The name is an office, from outside', 'The name claims no office from outside'],
  sender_role_unvouched: [
    'The name is an office, and nobody vouches for it',
    'The name claims no office without proof',
  ],
  sender_recipient_organization_vouched: [
    "It comes from the reader's own organisation",
    "It comes from outside the reader's organisation",
  ],
  sender_recipient_organization_forged: [
    "It pretends to be from the reader's own organisation",
    "It does not forge an address of the reader's organisation",
  ],
  sender_name_fits_address: ['The name fits the address', 'The name has nothing in common with the address'],
  sender_random_domain: ['The domain looks made up by a machine', 'The domain is a name that people can say'],
  sender_random_local_part: [
    'The address looks made up by a machine',
    'The address does not look made up by a machine',
  ],
  sender_service_word_domain: [
    'The domain is named like a department',
    'The domain is not named like a department',
  ],
  sender_hosted: [
    'It comes from a name that anybody gets at once',
    'It comes from a domain that somebody had to buy',
  ],
  sender_reply_to_same_person: [
    'Replies go to the same name elsewhere',
    'Replies are not led to the same name elsewhere',
  ],
  sender_office_local_part: [
    'The address joins a name and an office',
    'The address is made as mail systems make them',
  ],
};

const HEADERS: Readonly<Record<string, PlainWords>> = {
  headers_message_id_missing: [
    'It has no Message-ID, which mail programs always write',
    'It has a Message-ID, as mail should',
  ],
  headers_message_id_matches: [
    "Its Message-ID was made by the sender's own system",
    "Its Message-ID was not made by the sender's own system",
  ],
  headers_date_missing: ['It has no date', 'It has a date, as mail should'],
  headers_fake_reply: ['It pretends to answer or forward something', 'It does not pretend to be an answer'],
  headers_subject_capitals: ['There are capitals in the subject', 'There are no capitals in the subject'],
  headers_one_click: ['One click ends the subscription', 'There is no way to unsubscribe with one click'],
  headers_undisclosed: ['Addressed to nobody in particular', 'It says whom it is for'],
  headers_duplicate_fields: [
    'The header says # things twice that may be said once',
    'The header says nothing twice',
    'The header says a thing twice that may be said once',
  ],
  headers_helo_claims_recipient: [
    'The host that sent it pretends to be one of ours',
    'The host that sent it does not pretend to be one of ours',
  ],
  headers_received_backwards: [
    'The way it says it took runs backwards in time',
    'The way it took makes sense in time',
  ],
  headers_unsubscribe_of_sender: [
    "Unsubscribing leads to the sender's own site",
    "It offers no way to unsubscribe at the sender's own site",
  ],
  headers_to_is_from: [
    'It is addressed to its own sender, and the real readers are hidden',
    'It is not addressed to its own sender',
  ],
  headers_script_mailer: ['A script on a web site sent it', 'No script on a web site sent it'],
  headers_high_priority: ['It asks to be shown as important', 'It does not ask to be shown as important'],
};

const LINKS: Readonly<Record<string, PlainWords>> = {
  links_popular_share: [
    'Links lead to well-known organisations',
    'No link leads to a well-known organisation',
  ],
  links_borrowed_images: [
    "It borrows # images from a brand's own site",
    'It borrows no images from brands',
    "It borrows an image from a brand's own site",
  ],
  links_from_qr: ['# links stand in QR codes', 'No link stands in a QR code', 'A link stands in a QR code'],
  links_text_mismatch: [
    '# links say one thing and go to another',
    'The links go where they say',
    'A link says one thing and goes to another',
  ],
  links_shorteners: [
    '# links hide their targets behind shorteners',
    'No link hides behind a shortener',
    'A link hides its target behind a shortener',
  ],
  links_redirectors: [
    '# links lead on to somebody else',
    'No link leads on to somebody else',
    'A link leads on to somebody else',
  ],
  links_ip_hosts: [
    '# links go to bare IP addresses',
    'No link goes to a bare IP address',
    'A link goes to a bare IP address',
  ],
  links_userinfo: [
    '# links show a name before the real host, to deceive',
    'No link shows a name before the real host',
    'A link shows a name before the real host, to deceive',
  ],
  links_free_hosting: [
    '# links go to sites or forms that anybody puts up',
    'No link goes to a free site or form',
    'A link goes to a site or form that anybody puts up',
  ],
  links_file_sharing: [
    '# links go to shared files',
    'No link goes to shared files',
    'A link goes to a shared file',
  ],
  links_suspicious_tld: [
    '# links go under top-level domains that are mostly abused',
    'All links go under ordinary top-level domains',
    'A link goes under a top-level domain that is mostly abused',
  ],
  links_brand_misplaced: [
    '# links go to hosts made to look like others',
    'No link goes to a host made to look like another',
    'A link goes to a host made to look like another',
  ],
  links_brand_in_path: [
    "# links bear a brand's name on somebody else's site",
    "No link bears a brand's name on somebody else's site",
    "A link bears a brand's name on somebody else's site",
  ],
  links_port: [
    '# links go to unusual ports',
    'No link goes to an unusual port',
    'A link goes to an unusual port',
  ],
  links_script: [
    '# links run script or hold data',
    'No link runs script',
    'A link runs script or holds data',
  ],
  links_recipient: ["A link carries the reader's address", "No link carries the reader's address"],
  links_login_paths: [
    '# links ask to log in or to confirm something',
    'No link asks to log in',
    'A link asks to log in or to confirm something',
  ],
  links_inside_site: [
    "# links go into a site's software, where intruders leave pages",
    "No link goes into a site's software",
    "A link goes into a site's software, where intruders leave pages",
  ],
  links_downloads: [
    '# links fetch a program or archive at once',
    'No link fetches a program or archive',
    'A link fetches a program or archive at once',
  ],
  links_random_hosts: [
    '# links go to names that look made up by a machine',
    'All links go to names that people can say',
    'A link goes to a name that looks made up by a machine',
  ],
  links_service_word_hosts: [
    '# links go to domains named like a department',
    'No link goes to a domain named like a department',
    'A link goes to a domain named like a department',
  ],
};

const FILES: Readonly<Record<string, PlainWords>> = {
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

const LANGUAGE: Readonly<Record<string, PlainWords>> = {
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
  language_new_account: ['It speaks of another bank account', 'It speaks of no other bank account'],
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

/** Words for every feature that has no better ones, by name. */
export const PLAIN: Readonly<Record<string, PlainWords>> = {
  ...AUTHENTICATION,
  ...SENDER,
  ...HEADERS,
  ...LINKS,
  ...FILES,
  ...LANGUAGE,
};
