import { isUtf8 } from 'node:buffer';

/** A MAIL or RCPT command as it came: nothing decoded, so that it can go on to the next hop unchanged. */
export interface PathCommand {
  /** Without angle brackets and source route; '' is the null sender. */
  readonly address: string;
  /** Keys in upper case; true where a keyword has no value. */
  readonly parameters: ReadonlyMap<string, string | true>;
  /** A key that came twice, else null. */
  readonly duplicate: string | null;
}

/** RFC 5321 section 4.5.3.1.3: a path has at most 256 octets with its brackets. */
const ADDRESS_LIMIT = 254;
/** A source route is accepted and ignored (RFC 5321 appendix C). */
const SOURCE_ROUTE = /^@[^\s,:@<>]+(?:,@[^\s,:@<>]+)*:/;
/** atext and dots, or a quoted string; what a local part may really be is the business of the next hop. */
const LOCAL_PART =
  /^(?:[^\s"(),:;<>@[\\\]\x00-\x20\x7f-\x9f]+|"(?:[^"\\\x00-\x1f\x7f-\x9f]|\\[\x20-\x7e])*")$/;
const DOMAIN =
  /^(?:[a-z0-9_\u00a1-\uffff](?:[a-z0-9_.\u00a1-\uffff-]*[a-z0-9_\u00a1-\uffff])?|\[[0-9a-z:.]+\])$/i;
const PARAMETER = /^([a-z0-9][a-z0-9-]*)(?:=([^=\s\x00-\x20\x7f-\x9f]+(?:=[^\s\x00-\x20\x7f-\x9f]*)?))?$/i;

/**
 * Reads `MAIL FROM:<path> parameters` or the same with `RCPT TO`. Null where it is malformed: not UTF-8, control characters,
 * over 256 octets, no path. Blanks after the colon are allowed, as everywhere.
 */
export function parsePathCommand(verb: 'MAIL FROM' | 'RCPT TO', line: Buffer): PathCommand | null {
  if (!isUtf8(line)) return null;
  const text = line.toString('utf8').trimEnd();
  if (text.slice(0, verb.length + 1).toUpperCase() !== `${verb}:`) return null;
  const rest = text.slice(verb.length + 1).trimStart();
  const end = rest.startsWith('<') ? endOfPath(rest) : -1;
  if (end === -1) return null;
  const address = rest.slice(1, end).replace(SOURCE_ROUTE, '');
  const after = rest.slice(end + 1);
  if (!isAddress(address, verb) || (after !== '' && !/^[ \t]/.test(after))) return null;
  return withParameters(address, after.trim());
}

/** The place of the closing bracket, or -1; a bracket within a quoted local part does not count. */
function endOfPath(text: string): number {
  let quoted = false;
  for (let at = 1; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === '>' && !quoted) return at;
  }
  return -1;
}

function isAddress(address: string, verb: 'MAIL FROM' | 'RCPT TO'): boolean {
  if (address === '') return verb === 'MAIL FROM';
  if (Buffer.byteLength(address) > ADDRESS_LIMIT) return false;
  // RFC 5321 section 4.1.1.3: the one recipient without a domain.
  if (verb === 'RCPT TO' && address.toLowerCase() === 'postmaster') return true;
  const at = address.lastIndexOf('@');
  return at > 0 && LOCAL_PART.test(address.slice(0, at)) && DOMAIN.test(address.slice(at + 1));
}

function withParameters(address: string, text: string): PathCommand | null {
  const parameters = new Map<string, string | true>();
  let duplicate: string | null = null;
  for (const word of text === '' ? [] : text.split(/[ \t]+/)) {
    const match = PARAMETER.exec(word);
    const key = match?.[1]?.toUpperCase();
    if (key === undefined) return null;
    if (parameters.has(key)) duplicate = key;
    parameters.set(key, match?.[2] ?? true);
  }
  return { address, parameters, duplicate };
}

/** Whether an address needs SMTPUTF8 (RFC 6531). */
export function needsUtf8(address: string): boolean {
  return /[^\x00-\x7f]/.test(address);
}
