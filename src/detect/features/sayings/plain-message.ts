import type { PlainTable } from './plain-words.ts';

export const HEADERS: PlainTable = {
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

export const LINKS: PlainTable = {
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
