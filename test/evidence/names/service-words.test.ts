import { expect, it } from 'vitest';
import { hasServiceWords } from '../../../src/evidence/names/service-words.ts';

it.each(['secure-login.example', 'alder-support.example', 'kunden-konto24.example', 'x.verify-alder.co.uk'])(
  '%s is named like a department',
  (host) => {
    expect(hasServiceWords(host)).toBe(true);
  },
);

it.each(['mail.example', 'support.alder.example', 'alder-timber.example', 'alder.example', ''])(
  '%s is not',
  (host) => {
    expect(hasServiceWords(host)).toBe(false);
  },
);
