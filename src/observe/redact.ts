/** Characters that end a local part, walking back from its @: blanks, quotes, brackets and separators of lists. */
const NOT_LOCAL = /[\s<>()[\]"',;:=\\@]/;

/**
 * Addresses in a text, each local part reduced to its first letter and `***`. Linear in the length of the text: each
 * character is looked at once on the way back from an @.
 */
export function redactAddresses(text: string): string {
  let redacted = '';
  let done = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > done && !NOT_LOCAL.test(text.charAt(start - 1))) start -= 1;
    // A quoted local part, RFC 5321 section 4.1.2: everything between the quotes goes.
    if (start === at && text.charAt(at - 1) === '"') start = Math.max(done, text.lastIndexOf('"', at - 2));
    redacted += `${text.slice(done, start)}${start === at ? '' : redactLocal(text.slice(start, at))}@`;
    done = at + 1;
  }
  return redacted + text.slice(done);
}

/** One address: `alice@example.com` becomes `a***@example.com`. What has no @ is all local part. */
export function redactAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return address === '' ? '' : redactLocal(address);
  return `${redactLocal(address.slice(0, at))}${address.slice(at)}`;
}

function redactLocal(local: string): string {
  const [first = ''] = local.replace(/^"/, '');
  return `${first}***`;
}
