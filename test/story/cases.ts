import { jsonOf, posternOk } from './command.ts';
import { at } from './json.ts';
import { placeOf } from './lab.ts';
import type { Setting } from './setting.ts';
import { expect } from './teller.ts';

const REPORTED_BY = new Set(['cli', 'mailbox', 'http']);

/** Closes the cases of the reported campaign once today's detectors judge their mail rightly; gives how many are closed. */
export async function closeCases(setting: Setting, rule: string): Promise<number> {
  const place = placeOf(setting);
  const all = jsonOf(await posternOk(place, 'cases', 'list', '--json'));
  const ids = all
    .filter((one) => REPORTED_BY.has(String(at(one, 'surface'))) && at(one, 'was', 'verdict') === 'accept')
    .map((one) => String(at(one, 'caseId')));
  expect(ids.length === REPORTED_BY.size, `there are ${ids.length} cases of it`);
  await posternOk(place, 'cases', 'check', ...ids, '--json');
  await posternOk(place, 'cases', 'close', ...ids, '--fixed-by', rule);
  const closed = jsonOf(await posternOk(place, 'cases', 'list', '--all', '--json')).filter(
    (one) => at(one, 'state') === 'closed' && at(one, 'fixedBy') === rule,
  );
  expect(closed.length === ids.length, `${closed.length} of ${ids.length} cases are closed`);
  return closed.length;
}
