import fc from 'fast-check';
import { expect, it } from 'vitest';
import { negotiate } from '../../../src/gate/milter/negotiation.ts';

const offer = (version: number, actions = 0x1ff, steps = 0x1f_ff_ff) =>
  ({ kind: 'negotiate', version, actions, steps }) as const;

it('M3 agrees on the lower version, and on none below 2', () => {
  expect(negotiate(offer(6), 'postern')?.terms.version).toBe(6);
  expect(negotiate(offer(4), 'postern')?.terms.version).toBe(4);
  expect(negotiate(offer(2), 'postern')?.terms.version).toBe(2);
  expect(negotiate(offer(77), 'postern')?.terms.version).toBe(6);
  expect(negotiate(offer(1), 'postern')).toBeNull();
  expect(negotiate(offer(0), 'postern')).toBeNull();
});

it('M3 asks for what it uses: headers, and recipients or the hold queue', () => {
  expect(negotiate(offer(6), 'postern')?.answer).toMatchObject({ actions: 0x119 });
  expect(negotiate(offer(6), 'mta')?.answer).toMatchObject({ actions: 0x139 });
});

it('M3 of a mail server of version 2 it takes nothing that version 2 does not have', () => {
  const negotiated = negotiate(offer(2), 'postern');
  expect(negotiated?.answer).toMatchObject({ version: 2, actions: 0x19, steps: 0, macros: [] });
  expect(negotiated?.terms).toMatchObject({ withLeadingSpace: false, maySkip: false });
});

it('M3 never asks for what was not offered', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.constantFrom('postern' as const, 'mta' as const),
      (version, actions, steps, quarantine) => {
        const answer = negotiate(offer(version, actions, steps), quarantine)?.answer;
        if (answer?.kind !== 'negotiate') throw new Error('no answer');
        expect(answer.actions & ~actions).toBe(0);
        expect(answer.steps & ~steps).toBe(0);
        if ((actions & 0x100) === 0) expect(answer.macros).toEqual([]);
      },
    ),
  );
});

it('chooses the macros that tell of client, login and queue where it may', () => {
  const answer = negotiate(offer(6), 'postern')?.answer;
  const wanted = answer?.kind === 'negotiate' ? answer.macros.flatMap(({ names }) => names) : [];
  expect(wanted).toEqual(expect.arrayContaining(['i', 'j', '_', '{client_addr}', '{auth_authen}']));
});
