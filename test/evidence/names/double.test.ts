import { expect, it } from 'vitest';
import { isDouble } from '../../../src/evidence/names/double.ts';

it.each([
  ['northgate-rnills.example', 'northgate-mills.example'],
  ['northgatemills.example', 'northgate-mills.example'],
  ['aldertimebr.example', 'aldertimber.example'],
  ['alder-timber-uk.example', 'aldertimber.example'],
  ['alder-group.example', 'alder.example'],
  ['my-alder.example', 'alder.example'],
  ['xn--lder-43d.example', 'alder.example'],
  ['alder.co', 'alder.com'],
])('%s is a double of %s', (host, known) => {
  expect(isDouble(host, known)).toBe(true);
});

it.each([
  ['post.alder.example', 'alder.example'],
  ['alder.de', 'alder.fr'],
  ['alder.example', 'elder.example'],
  ['birch.example', 'bitch.example'],
  ['rowan.example', 'aldertimber.example'],
  ['oak-tools.example', 'oak.example'],
  ['192.0.2.1', 'alder.example'],
  ['', 'alder.example'],
  ['alder.example', ''],
])('%s is no double of %s', (host, known) => {
  expect(isDouble(host, known)).toBe(false);
});
