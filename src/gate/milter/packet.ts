import type { Frame } from './frame.ts';

/** Names and values of what a mail server knows, without the braces of longer names: `client_addr`, `i`, `auth_authen` … */
export type Macros = ReadonlyMap<string, string>;

/** What a mail server says (SMFIC_…). */
export type Packet =
  | { readonly kind: 'negotiate'; readonly version: number; readonly actions: number; readonly steps: number }
  /** Macros for the command that comes next, named by its letter. */
  | { readonly kind: 'macros'; readonly command: string; readonly macros: Macros }
  | { readonly kind: 'connect'; readonly name: string; readonly address: SocketAddress | null }
  | { readonly kind: 'helo'; readonly name: string }
  /** The path in its angle brackets, then parameters. */
  | { readonly kind: 'mail'; readonly arguments: readonly string[] }
  | { readonly kind: 'recipient'; readonly arguments: readonly string[] }
  | { readonly kind: 'data' }
  /** One field; the lines of a folded value end with LF. */
  | { readonly kind: 'header'; readonly name: Buffer; readonly value: Buffer }
  | { readonly kind: 'endOfHeaders' }
  | { readonly kind: 'body'; readonly bytes: Buffer }
  /** May hold the last piece of the body. */
  | { readonly kind: 'endOfBody'; readonly bytes: Buffer }
  | { readonly kind: 'abort' }
  | { readonly kind: 'quit' }
  /** The connection is used again for another client. */
  | { readonly kind: 'quitForNext' }
  | { readonly kind: 'unknown' };

export interface SocketAddress {
  readonly family: 'inet' | 'inet6' | 'unix';
  readonly port: number;
  readonly address: string;
}

const NEGOTIATION_BYTES = 12;
const FAMILIES: Readonly<Record<string, SocketAddress['family']>> = { '4': 'inet', '6': 'inet6', L: 'unix' };

/** Frame → packet. Null where the command is unknown, or its data is not what the command has. */
export function decodePacket({ code, data }: Frame): Packet | null {
  switch (code) {
    case 'O':
      return negotiate(data);
    case 'D':
      return macros(data);
    case 'C':
      return connection(data);
    case 'H':
      return withStrings(data, 1, ([name = '']) => ({ kind: 'helo', name }));
    case 'M':
      return withStrings(data, 1, (all) => ({ kind: 'mail', arguments: all }));
    case 'R':
      return withStrings(data, 1, (all) => ({ kind: 'recipient', arguments: all }));
    case 'L':
      return header(data);
    case 'B':
      return { kind: 'body', bytes: data };
    case 'E':
      return { kind: 'endOfBody', bytes: data };
    default:
      return WITHOUT_DATA[code] ?? null;
  }
}

/** What data they have does not matter to us. */
const WITHOUT_DATA: Readonly<Record<string, Packet>> = {
  T: { kind: 'data' },
  N: { kind: 'endOfHeaders' },
  A: { kind: 'abort' },
  Q: { kind: 'quit' },
  K: { kind: 'quitForNext' },
  U: { kind: 'unknown' },
};

/** What follows the three numbers is for versions to come. */
function negotiate(data: Buffer): Packet | null {
  if (data.length < NEGOTIATION_BYTES) return null;
  const [version, actions, steps] = [data.readUInt32BE(0), data.readUInt32BE(4), data.readUInt32BE(8)];
  return { kind: 'negotiate', version, actions, steps };
}

/** Macros only add to what we know: a name without a value is left out, and the others count (M2). */
function macros(data: Buffer): Packet | null {
  if (data.length === 0) return null;
  const texts = stringsOf(data.subarray(1)) ?? [];
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < texts.length; at += 2) {
    found.set((texts[at] ?? '').replace(/^\{(.*)\}$/s, '$1'), texts[at + 1] ?? '');
  }
  return { kind: 'macros', command: data.toString('latin1', 0, 1), macros: found };
}

function connection(data: Buffer): Packet | null {
  const end = data.indexOf(0);
  if (end === -1 || end + 1 >= data.length) return null;
  const name = data.toString('utf8', 0, end);
  const code = data.toString('latin1', end + 1, end + 2);
  if (code === 'U') return { kind: 'connect', name, address: null };
  const family = FAMILIES[code];
  const rest = data.subarray(end + 2);
  if (family === undefined || rest.length < 3 || rest.at(-1) !== 0) return null;
  const address = rest.toString('utf8', 2, rest.length - 1);
  return { kind: 'connect', name, address: { family, port: rest.readUInt16BE(0), address } };
}

/** The value is all up to the last NUL: what a NUL within it hides from others is not hidden from us. */
function header(data: Buffer): Packet | null {
  const end = data.indexOf(0);
  if (end === -1 || end === data.length - 1 || data.at(-1) !== 0) return null;
  return { kind: 'header', name: data.subarray(0, end), value: data.subarray(end + 1, -1) };
}

function withStrings(data: Buffer, least: number, make: (texts: readonly string[]) => Packet): Packet | null {
  const texts = stringsOf(data);
  return texts === null || texts.length < least ? null : make(texts);
}

/** Texts with a NUL after each; null where the last one has none. */
function stringsOf(data: Buffer): readonly string[] | null {
  if (data.length === 0) return [];
  if (data.at(-1) !== 0) return null;
  return data.toString('utf8', 0, data.length - 1).split('\0');
}
