import type { RecordedAuthentication } from '../../mail/mail.ts';
import type { Message } from '../../message/message.ts';
import { parseAuthenticationResults, type ReceivedResult } from '../received-results.ts';
import { bareDomain, domainOf } from './alignment.ts';

/**
 * Results of a host we trust. Only the topmost Authentication-Results of the mail counts: RFC 8601 section 5 has the
 * trusted host put its own on top and remove those that claim its name; anything below may be the sender's.
 */
export function trustedResults(
  message: Pick<Message, 'headers'>,
  trusted: ReadonlySet<string>,
): { recorded: RecordedAuthentication; arc: string | null } | null {
  const field = message.headers.find(({ name }) => name === 'authentication-results');
  const parsed = field === undefined ? null : parseAuthenticationResults(field.value);
  if (parsed === null || !trusted.has(parsed.authservId)) return null;
  const by = (method: string) => parsed.results.filter((result) => result.method === method);
  const [spf] = by('spf');
  const [dmarc] = by('dmarc');
  const [arc] = by('arc');
  const dkim = by('dkim');
  return {
    recorded: {
      spf: spf === undefined ? null : { result: spf.result, domain: spfDomainOf(spf) },
      dkim: dkim.length === 0 ? null : dkim.map(dkimOf),
      dmarc: dmarc === undefined ? null : { result: dmarc.result, policy: policyOf(dmarc) },
    },
    arc: arc?.result ?? null,
  };
}

function dkimOf({ result, properties }: ReceivedResult) {
  return { result, domain: signer(properties) };
}

function policyOf({ properties }: ReceivedResult): string | null {
  return properties.get('policy.dmarc') ?? null;
}

function signer(properties: ReadonlyMap<string, string>): string | null {
  const domain = properties.get('header.d') ?? domainOf(properties.get('header.i') ?? '');
  return domain === '' ? null : domain;
}

function spfDomainOf({ properties }: ReceivedResult): string | null {
  const identity = properties.get('smtp.mailfrom') || properties.get('smtp.helo') || '';
  return (identity.includes('@') ? domainOf(identity) : bareDomain(identity)) || null;
}
