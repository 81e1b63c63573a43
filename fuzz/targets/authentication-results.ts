import { bestDkim, dmarcPolicyWord, resultWord } from '../../src/evidence/authentication/results.ts';
import { parseAuthenticationResults } from '../../src/evidence/received-results.ts';
import { authservIdOf } from '../../src/gate/headers.ts';
import { hold, same, type Target } from '../target.ts';

const RESULTS = new Set(['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror', 'policy']);

export const target: Target = {
  name: 'authentication-results',
  about: 'Authentication-Results of a trusted host, and the id in them',
  sources: ['src/evidence/received-results.ts', 'src/evidence/authentication/results.ts'],
  dictionary: [
    'mx.example.org',
    '; ',
    'spf=pass',
    'dkim=fail',
    'dmarc/1=pass',
    ' smtp.mailfrom=a@example.org',
    ' header.d=',
    ' header.from',
    ' = ',
    '(',
    ')',
    '"',
    '\\',
    'none',
    '__proto__=pass',
    'constructor=',
    'hardfail',
    'bestguesspass',
    ' policy.dmarc=reject',
    '\t',
    '\r\n ',
  ],
  pairs: [
    ['(', ')'],
    ['"', '"'],
  ],
  maxBytes: 1_024,
  seeds: () =>
    [
      'mx.example.org; spf=pass smtp.mailfrom=a@example.org; dkim=pass (2048 (x)) header.d=example.org; dmarc=pass header.from=example.org',
      '(c) "mx.example.org" 1; none',
      'MX.example.org;dkim/1 = fail reason="a;b\\"" header.i=@x;arc=none',
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    const text = input.toString('latin1');
    const read = parseAuthenticationResults(text);
    same(parseAuthenticationResults(text), read, 'the same field is read alike twice');
    if (read === null) return;
    hold(read.authservId === read.authservId.toLowerCase(), 'an id is in lower case');
    // The gate removes by this id what evidence would believe by that one (A8).
    const removed = authservIdOf(text)?.toLowerCase() ?? null;
    hold(
      removed === read.authservId,
      'the id by which a forged field is removed is the id by which one is believed',
    );
    for (const { method, result, properties } of read.results) {
      hold(
        /^[a-z][a-z0-9-]*$/.test(method) && /^[a-z]+$/.test(result),
        'a method and its result are words in lower case',
      );
      const word = resultWord(result);
      hold(word === null || RESULTS.has(word), 'a result is one of RFC 8601');
      hold(bestDkim(word === null ? [] : [word]) === word, 'of one result the best is that');
      dmarcPolicyWord(properties.get('policy.dmarc'));
    }
  },
};
