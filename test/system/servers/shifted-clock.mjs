/**
 * Preloaded into a process (`--import`): its wall clock is off by the milliseconds that the file CLOCK_SHIFT_FILE holds, from
 * the moment that they are written there. Only Date jumps; clocks that cannot jump (`performance.now`, timers) do not.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const file = process.env.CLOCK_SHIFT_FILE;

function now() {
  return RealDate.now() + Number(readFileSync(file, 'utf8'));
}

class ShiftedDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }

  static now() {
    return now();
  }
}

globalThis.Date = ShiftedDate;
