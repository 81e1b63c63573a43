import type { Steps } from '../src/message/turns.ts';

/** Does work that pauses for others without a pause: nobody else waits here. */
export function whole<T>(steps: Steps<T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}
