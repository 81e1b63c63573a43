import { expect, it } from 'vitest';
import { bearsName, bearsOffice } from '../../../src/evidence/names/local-part.ts';

it.each([
  ['ada.linden.ceo@mailer.example', 'Ada Linden', true],
  ['ceo-linden@mailer.example', 'Ada Linden', true],
  ['ada.linden@mailer.example', 'Ada Linden', false],
  ['head.office@mailer.example', 'Ada Linden', false],
  ['office@mailer.example', 'Office Linden', false],
])('%s joins the name of %s and an office: %s', (address, name, joins) => {
  expect(bearsOffice(address, name)).toBe(joins);
});

it.each([
  ['lindena@mailer.example', 'Ada Linden', true],
  ['zoe.alder@mailer.example', 'Zoë Ålder', true],
  ['desk@linden.example', 'Ada Linden', false],
  ['bo@mailer.example', 'Bo Li', false],
])('%s bears the name of %s: %s', (address, name, bears) => {
  expect(bearsName(address, name)).toBe(bears);
});
