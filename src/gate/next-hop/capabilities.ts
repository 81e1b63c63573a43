import type { Reply } from '../reply.ts';

/** What a server said to EHLO or LHLO. */
export interface Capabilities {
  /** Keyword in upper case → its parameters. */
  readonly extensions: ReadonlyMap<string, readonly string[]>;
  /** Greatest message it takes, in bytes; null where it says none (RFC 1870: SIZE without or with 0). */
  readonly maxBytes: number | null;
  /** Attributes that it takes by XFORWARD; empty where it offers none. */
  readonly xforward: ReadonlySet<string>;
}

export const NO_CAPABILITIES: Capabilities = { extensions: new Map(), maxBytes: null, xforward: new Set() };

/** Reads the reply to EHLO; its first line is the greeting. */
export function capabilitiesOf(ehlo: Reply): Capabilities {
  const extensions = new Map<string, readonly string[]>();
  for (const line of ehlo.lines.slice(1)) {
    const [keyword, ...parameters] = line.trim().split(/\s+/);
    if (keyword) extensions.set(keyword.toUpperCase(), parameters);
  }
  const size = Number(extensions.get('SIZE')?.[0] ?? 0);
  return {
    extensions,
    maxBytes: Number.isSafeInteger(size) && size > 0 ? size : null,
    xforward: new Set(extensions.get('XFORWARD')?.map((attribute) => attribute.toUpperCase())),
  };
}
