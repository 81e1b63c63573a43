/** Longer than any address of a page here. */
const MOST_CHARACTERS = 2_000;

/**
 * Where to go after signing in: a path of this console, or `/`. Whatever a browser could take for another host (`//host`, `/\host`,
 * `https:…`, control characters that it leaves out) is `/`.
 */
export function returnPath(wanted: string | null | undefined): string {
  if (wanted === null || wanted === undefined || wanted.length > MOST_CHARACTERS) return '/';
  // A browser drops tab and line ends, and what is left may be another host.
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return '/';
  const base = 'http://console.invalid';
  const url = URL.parse(wanted, base);
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return '/';
  // Signing in to be asked to sign in, or to be signed out, helps nobody.
  if (/^\/(sign-in|sign-out|api)(\/|$)/.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}`;
}
