import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';

const PORT = 6379;

/** Where a server is. */
export interface RedisAddress {
  /** For messages to people: without the password. */
  readonly name: string;
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'username' | 'password' | 'db' | 'tls'>;
}

/** `redis[s]://[user:password@]host[:port][/database]`. Throws, without the text, where it is none. */
export function redisAddress(text: string): RedisAddress {
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    throw new Error('reputation.redis.url: not redis://[user:password@]host:port/database');
  const database = url.pathname.replace(/^\//, '');
  if (!/^\d*$/.test(database)) throw new Error('reputation.redis.url: the database is a number');
  // An IPv6 address stands in brackets, RFC 3986 section 3.2.2.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? PORT : Number(url.port);
  const username = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  return {
    name: `${url.protocol}//${url.hostname}:${port}/${database === '' ? '0' : database}`,
    options: {
      host,
      port,
      db: Number(database),
      ...(username !== '' && { username }),
      ...(password !== '' && { password }),
      ...(url.protocol === 'rediss:' && { tls: isIP(host) === 0 ? { servername: host } : {} }),
    },
  };
}
