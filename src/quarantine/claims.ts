import { randomUUID } from 'node:crypto';
import type { Claim } from './rows.ts';

/** No release takes this long: every wait of the next-hop client is bounded by minutes. */
export const CLAIM_MS = 3_600_000;

/** A process id alone is not enough: in a container each life of the service has the same one. */
const THIS_PROCESS = `${process.pid}:${randomUUID()}`;

let claims = 0;

/** A new claim of this process. */
export function newClaim(id: string, at: Date): Claim {
  claims += 1;
  return { id, by: `${THIS_PROCESS}:${claims}`, at };
}

/** Whether the process that made the claim cannot be at work on it any more. */
export function isAbandoned(claim: Claim, now: Date): boolean {
  if (now.getTime() - claim.at.getTime() > CLAIM_MS) return true;
  const pid = Number(claim.by.split(':')[0]);
  if (pid === process.pid) return !claim.by.startsWith(`${THIS_PROCESS}:`);
  return !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and it is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
