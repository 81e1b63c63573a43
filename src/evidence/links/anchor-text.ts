import { partsOf } from '../names/organization.ts';

const ADDRESS_LIKE =
  /^(https?:\/\/)?(?:[^\s/@]{1,64}@)?((?:[a-z0-9_-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62})(?::\d{1,5})?(?:[/?#]|$)/;

/** Suffixes that are also endings of file names and products ("node.js", "report.zip"): not a host unless it says so. */
const FILE_ENDINGS = new Set(
  'ai app cc cpp doc game io me md mov name net-core pl ps pub py rs sh so tv works zip'.split(' '),
);

/** Anchor text longer than this is a sentence, and its first word decides. */
const TEXT_CHARS = 300;

/** The host that an anchor text names: the text is an address, or starts with one. '' where it names none. */
export function textNamesHost(text: string): string {
  const first = text.trimStart().slice(0, TEXT_CHARS).toLowerCase().split(/\s/, 1)[0] ?? '';
  const match = ADDRESS_LIKE.exec(first.replace(/^[<("'[]+/, '').replace(/[>)"'\],;!.]+$/, ''));
  const host = match?.[2] ?? '';
  if (host === '') return '';
  if (match?.[1] !== undefined || host.startsWith('www.')) return host;
  const { label, suffix, knownSuffix } = partsOf(host);
  const isMailAddress = first.includes('@');
  return knownSuffix && label !== '' && !isMailAddress && !FILE_ENDINGS.has(suffix) ? host : '';
}
