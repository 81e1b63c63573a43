import { expect, it } from 'vitest';
import { textNamesHost } from '../../../src/evidence/links/anchor-text.ts';

it.each([
  ['https://www.paypal.com/x', 'www.paypal.com'],
  ['  PayPal.com  ', 'paypal.com'],
  ['paypal.com/login now', 'paypal.com'],
  ['<www.alder.example>', 'www.alder.example'],
  ['http://intern.local:8080/x', 'intern.local'],
  ['https://user@paypal.com/', 'paypal.com'],
  ['node.js', ''],
  ['report.zip', ''],
  ['www.report.zip', 'www.report.zip'],
  ['invoice.pdf', ''],
  ['ines@alder.com', ''],
  ['Read more at paypal.com', ''],
  ['e.g.', ''],
  ['3.5', ''],
  ['', ''],
])('text %j names host %j', (text, host) => {
  expect(textNamesHost(text)).toBe(host);
});

it('reads 300 characters', () => {
  const path = (length: number) => `https://a.com/${'x'.repeat(length)}`;
  expect(textNamesHost(path(1000))).toBe('a.com');
  expect(textNamesHost(`https://${'a'.repeat(400)}.com`)).toBe('');
});
