import type { HtmlView } from './html-view.ts';

/** A budget of the structure walk or of a view. Hitting one is recorded, and the message is judged on what was read. */
export type BudgetName =
  | 'inspectBytes'
  | 'headerBytes'
  | 'headerFields'
  | 'parts'
  | 'depth'
  | 'decodedBytes'
  | 'textChars'
  | 'htmlChars'
  | 'htmlNodes'
  | 'links'
  | 'attachments'
  | 'archiveEntries';

/** One header field in the order of the message. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** Unfolded, encoded words decoded. */
  readonly value: string;
}

export interface Address {
  /** Display name, decoded; '' where there is none. */
  readonly name: string;
  /** Whole address; domain in lower case and ASCII (punycode) form. '' where the field held no address. */
  readonly address: string;
  /** Domain of the address, '' where there is none. */
  readonly domain: string;
}

export type LinkSite =
  | 'text'
  | 'anchor'
  | 'form'
  | 'image'
  | 'area'
  | 'style'
  | 'meta'
  | 'script'
  | 'attachment'
  /** A QR code in an image or in a page of a PDF. */
  | 'qr'
  | 'header';

export interface Link {
  readonly url: string;
  /** Lower case without the dot at the end, '[...]' stripped; '' for schemes without a host (mailto, tel, data). */
  readonly host: string;
  /** Registrable domain by the public suffix list (tldts), '' for addresses and unknown hosts. */
  readonly domain: string;
  /** Lower case, without the colon. */
  readonly scheme: string;
  readonly where: LinkSite;
  /** What a person sees in its place (anchor text); null where the URL itself is seen or nothing is. */
  readonly text: string | null;
}

/** What a look into a file found, beside its names and links. */
export type FileSign =
  /** An archive, or a page that a browser opens, inside an archive. */
  | 'nested_archive'
  | 'nested_page'
  /** PDF: JavaScript; an action that starts a program. */
  | 'pdf_script'
  | 'pdf_launch'
  /** Office: a template, object or image that is fetched from elsewhere. */
  | 'remote_part'
  /** Office: a field that asks another program for data (DDE). */
  | 'dde'
  /** RTF: an embedded object that is opened by another program. */
  | 'embedded_object'
  /** Budgets were hit inside of the file, and the rest was not read. */
  | 'read_in_part'
  /** An image in which no QR code was looked for: too large, too many, or of a format that we cannot read. */
  | 'image_unread';

export interface Attachment {
  readonly fileName: string | null;
  /** Last extension of the name, lower case without dot; '' where there is none. */
  readonly extension: string;
  /** Content-Type as claimed, lower case, no parameters. */
  readonly claimedType: string;
  /** MIME type by magic bytes (file-type); null where they say nothing. */
  readonly realType: string | null;
  readonly size: number;
  readonly sha256: string;
  readonly inline: boolean;
  /** Names in a zip-like archive, at most the budget; null where it is none. */
  readonly entries: readonly string[] | null;
  /** An archive (or PDF) that asks for a password. */
  readonly encrypted: boolean;
  /** An OLE or OOXML file that carries macros. */
  readonly macros: boolean;
  /** First bytes as text for further evidence (HTML, SVG and calendar files, in archives too), bounded; '' for others. */
  readonly text: string;
  /** Links found in the file. */
  readonly links: number;
  /** Each once. */
  readonly signs: readonly FileSign[];
}

/** One node of the MIME tree, as our own walk saw it. */
export interface Part {
  readonly type: string;
  readonly depth: number;
  readonly encoding: string;
  readonly charset: string;
  readonly bytes: number;
}

/** The parsed view of a mail. Everything in it is decoded, bounded and safe to iterate. */
export interface Message {
  readonly headers: readonly HeaderField[];
  readonly from: readonly Address[];
  readonly sender: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly subject: string;
  /** Without angle brackets; '' where absent. */
  readonly messageId: string;
  /** Date header; null where absent or unreadable. */
  readonly date: Date | null;
  /** Plain text as sent; '' where there is no text/plain part. */
  readonly text: string;
  readonly html: HtmlView | null;
  /** What a person reads: the visible text of the HTML, or the plain text where there is no HTML. */
  readonly visibleText: string;
  readonly links: readonly Link[];
  readonly attachments: readonly Attachment[];
  /** QR codes in images and PDF pages, with links or without. */
  readonly qrCodes: number;
  readonly parts: readonly Part[];
  readonly sizeBytes: number;
  /** Budgets that were hit, each once; empty for nearly all mail. */
  readonly overBudget: readonly BudgetName[];
  /** Ways in which two readings of the structure disagree; short snake_case names, each once. */
  readonly ambiguities: readonly string[];
}
