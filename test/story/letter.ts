import type { RecordedAuthentication } from '../../src/mail/mail.ts';

/** One message of the story as the host before the gate hands it on. */
export interface StoryLetter {
  /** Without angle brackets. */
  readonly messageId: string;
  readonly clientIp: string;
  readonly helo: string;
  readonly mailFrom: string;
  readonly recipient: string;
  /** As its author's server handed it in. */
  readonly raw: Buffer;
  /** What the edge found when it asked DNS. */
  readonly authentication: RecordedAuthentication | null;
}

/** The host that stands before the gate, and whose results it believes: nobody can ask DNS about invented domains. */
export const EDGE = 'edge.tarnfeld.example';

/** The message with the results of the edge on top (RFC 8601). */
export function onTheWire({ raw, authentication }: StoryLetter): Buffer {
  const { spf, dkim, dmarc } = authentication ?? { spf: null, dkim: null, dmarc: null };
  const results = [
    ...(spf === null ? [] : [`spf=${spf.result} smtp.mailfrom=${spf.domain ?? 'unknown.example'}`]),
    ...(dkim ?? []).map(({ result, domain }) => `dkim=${result} header.d=${domain ?? 'unknown.example'}`),
    ...(dmarc === null ? [] : [`dmarc=${dmarc.result}`]),
  ];
  const field = `Authentication-Results: ${EDGE}; ${results.join(';\r\n\t') || 'none'}\r\n`;
  return Buffer.concat([Buffer.from(field), raw]);
}

/** What a domain gets whose owner keeps its records in order, the campaign's no less than a partner's. */
export function allPass(domain: string): RecordedAuthentication {
  return {
    spf: { result: 'pass', domain },
    dkim: [{ result: 'pass', domain }],
    dmarc: { result: 'pass', policy: 'reject' },
  };
}

/** A Date field for a moment (RFC 5322 section 3.3). */
export function dateField(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}
