/** What stands in place of a secret. */
export const HIDDEN = '***';

/**
 * Names whose values are secrets: the last word of a key (`redisPassword`, `api_key`, `TOKEN`). `keys`, `keyPath` and the like are
 * none; the path of a key file, under `key`, is hidden with the rest: its own error message names it.
 */
const SECRET_NAME = /(?:^|[^A-Za-z])(?:passwd|password|passphrase|secret|token|credentials?|apikey|key)$/i;

/** `user:password@` in the authority of a URL, RFC 3986 section 3.2.1; the name before it stays, to tell which one it is. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:]{0,256}):[^\s/?#]{1,1024}@/gi;

/** RFC 7468 section 10 and its relatives, whole or cut short. */
const PRIVATE_KEY =
  /-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY)-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g;

/** Whether the value under this name must not be shown. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

/** A text without passwords of URLs and private keys. Linear in its length. */
export function withoutSecrets(text: string): string {
  const plain = text.includes('://') ? text.replace(URL_PASSWORD, `$1:${HIDDEN}@`) : text;
  return plain.includes('PRIVATE KEY') ? plain.replace(PRIVATE_KEY, `${HIDDEN} $1 ${HIDDEN}`) : plain;
}

/** A value as JSON, without what stands under names of secrets, at any depth, and without secrets in its texts. */
export function shownWithoutSecrets(value: unknown): string {
  const text = JSON.stringify(value, (name, inner) => {
    if (inner !== null && isSecretName(name)) return HIDDEN;
    return typeof inner === 'string' ? withoutSecrets(inner) : inner;
  });
  return text ?? String(value);
}
