import { jsonOf, posternOk } from './command.ts';
import { at } from './json.ts';
import { placeOf } from './lab.ts';
import type { Setting } from './setting.ts';
import { expect } from './teller.ts';

/** Closes the cases of the three reports, judged again first; gives how many are closed. */
export async function closeCases(setting: Setting, rule: string): Promise<number> {
  const place = placeOf(setting);
  await posternOk(place, 'cases', 'check', '--json');
  const open = jsonOf(await posternOk(place, 'cases', 'list', '--json'));
  for (const one of open)
    await posternOk(place, 'cases', 'close', String(at(one, 'caseId')), '--fixed-by', rule);
  const closed = jsonOf(await posternOk(place, 'cases', 'list', '--json')).filter(
    (one) => at(one, 'state') === 'closed' && at(one, 'fixedBy') === rule,
  );
  expect(closed.length >= 3, `${closed.length} cases are closed`);
  return closed.length;
}
