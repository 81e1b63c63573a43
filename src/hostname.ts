import { hostname } from 'node:os';
import type { Config } from './config/schema.ts';

/** Our name in greetings, Received and EHLO: the configured one, else the machine's. */
export function hostnameOf(gate: Config['gate']): string {
  return gate.hostname ?? hostname();
}

/** Our name in Authentication-Results (RFC 8601 section 2.5). */
export function authservIdOf(config: Config): string {
  return config.authentication.authservId ?? hostnameOf(config.gate);
}
