import type { Readable } from 'node:stream';

/** What the SMTP session said about a message (RFC 5321). Null is unknown, as in old mail without a session. */
export interface Envelope {
  /** Address of the host that handed us the message, as XFORWARD, XCLIENT or PROXY corrected it. */
  readonly clientIp: string | null;
  /** Host name of the client where the session told one (XFORWARD NAME); never looked up. */
  readonly clientName: string | null;
  readonly helo: string | null;
  /** Reverse-path without angle brackets; '' is the null sender. */
  readonly mailFrom: string | null;
  readonly rcptTo: readonly string[];
}

/** Raw bytes of a message, in memory or in a spool file. Line ends are CRLF on the gate, whatever the file had elsewhere. */
export interface Content {
  readonly size: number;
  /** The file that holds the bytes; absent where they are in memory. */
  readonly path?: string;
  /** A new stream over all the bytes; each call starts again from the first byte. */
  stream(): Readable;
  /** The first `limit` bytes (all of them where the content is shorter). */
  head(limit: number): Promise<Buffer>;
}

/** Authentication results as a receiver recorded them when the mail came. Null is unknown: it could not be or was not checked. */
export interface RecordedAuthentication {
  readonly spf: { readonly result: string; readonly domain: string | null } | null;
  readonly dkim: readonly RecordedDkim[] | null;
  readonly dmarc: { readonly result: string; readonly policy: string | null } | null;
}

export interface RecordedDkim {
  readonly result: string;
  readonly domain: string | null;
}

/** What was odd about the bytes on the wire before they were normalised; counts. */
export interface WireFacts {
  readonly bareCr: number;
  readonly bareLf: number;
  readonly nul: number;
}

export const CLEAN_WIRE: WireFacts = { bareCr: 0, bareLf: 0, nul: 0 };

/** One message as received: envelope and raw bytes. */
export interface Mail {
  readonly id: string;
  readonly receivedAt: Date;
  readonly envelope: Envelope;
  readonly content: Content;
  readonly wire: WireFacts;
  /** Stands for live DNS where it is given; null asks DNS, or leaves authentication unknown where there is no resolver. */
  readonly recordedAuthentication: RecordedAuthentication | null;
}
