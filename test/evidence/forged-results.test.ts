import { describe, expect, it } from 'vitest';
import { withHeaders } from '../../src/gate/headers.ts';
import { FieldRegister } from '../../src/gate/milter/fields.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { DEFAULT_BUDGETS, parse } from '../../src/message/parse.ts';
import { factsFor } from './authentication-mail.ts';
import type { Zone } from './dns/zone.ts';

/** Our own name, as the tests of authentication have it. */
const OURS = 'mx.example.net';
const CLAIM =
  'spf=pass smtp.mailfrom=shop.example; dkim=pass header.d=shop.example; dmarc=pass header.from=shop.example';
const ZONE: Zone = {
  'TXT shop.example': [['v=spf1 -all']],
  'TXT _dmarc.shop.example': [['v=DMARC1; p=reject']],
};

/** Name and value of fields that claim to be ours. */
const FORGED: readonly (readonly [string, string])[] = [
  ['Authentication-Results', ` ${OURS}; ${CLAIM}`],
  ['authentication-RESULTS', ` ${OURS.toUpperCase()}; ${CLAIM}`],
  ['Authentication-Results', ` ${OURS} 1; ${CLAIM}`],
  ['Authentication-Results', ` "${OURS}"; ${CLAIM}`],
  ['Authentication-Results', ` (a (nested \\) comment)) ${OURS}; ${CLAIM}`],
  ['Authentication-Results', `\r\n\t${OURS};\r\n\t${CLAIM}`],
  ['Authentication-Results', `${OURS}; ${CLAIM}`],
];
const HONEST: readonly (readonly [string, string])[] = [
  ['Authentication-Results', ` mx.example.net.evil.example; ${CLAIM}`],
  ['Authentication-Results', ` other.example (${OURS}); ${CLAIM}`],
];

function message([name, value]: readonly [string, string]): Buffer {
  return Buffer.from(
    `Received: from a.example\r\n${name}:${value}\r\nFrom: ann@shop.example\r\nSubject: Hello\r\n\r\nThe goods are on the way.\r\n`,
  );
}

async function passedOn(bytes: Buffer): Promise<string> {
  const changes = { prepend: Buffer.from('X-First: 1\r\n'), authservId: OURS };
  return Buffer.concat(await withHeaders(bufferContent(bytes), changes).toArray()).toString();
}

function removedByMilter([name, value]: readonly [string, string]): boolean {
  const register = new FieldRegister(OURS);
  register.add({ name, value });
  return register.hasForged;
}

describe('A8 an Authentication-Results field with our name that was there before us', () => {
  it.each(FORGED)('%s:%j is no evidence, and goes by SMTP as by milter', async (...field) => {
    const bytes = message(field);
    const { headers } = await parse(bufferContent(bytes), DEFAULT_BUDGETS);
    for (const trusted of [[], ['mx.front.example']]) {
      expect(await factsFor({ bytes, headers, trusted, zone: ZONE })).toMatchObject({
        source: 'live',
        spf: 'fail',
        dkim: 'none',
        dmarc: 'fail',
        authenticatedDomain: '',
      });
    }
    const text = await passedOn(bytes);
    expect(text).not.toContain('dmarc=pass');
    expect(text).toContain('X-First: 1\r\nReceived: from a.example\r\nFrom: ann@shop.example\r\n');
    expect(removedByMilter(field)).toBe(true);
  });

  it.each(HONEST)('%s:%j is of another host: no evidence either, and it stays', async (...field) => {
    const bytes = message(field);
    const { headers } = await parse(bufferContent(bytes), DEFAULT_BUDGETS);
    expect(await factsFor({ bytes, headers, zone: ZONE })).toMatchObject({ source: 'live', dmarc: 'fail' });
    expect(await passedOn(bytes)).toContain('dmarc=pass');
    expect(removedByMilter(field)).toBe(false);
  });
});
