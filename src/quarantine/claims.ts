import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** No release takes this long: every wait of the next-hop client is bounded by minutes. */
export const CLAIM_MS = 3_600_000;

/** A mark on rows: who is releasing, since when. */
export interface Claim {
  readonly id: string;
  readonly by: string;
  readonly at: Date;
}

/** A process id alone is not enough: in a container each life of the service has the same one. */
const THIS_PROCESS = `${process.pid}:${randomUUID()}`;

/** Process ids are of one host; gates on several share a database. */
const THIS_HOST = hostname();

let claims = 0;

/** Of this process, while it works on them. */
const active = new Set<string>();

/** A new claim of this process; `endClaim` says that nobody works on it any more. */
export function newClaim(id: string, at: Date): Claim {
  claims += 1;
  const by = `${THIS_PROCESS}:${claims}@${THIS_HOST}`;
  active.add(by);
  return { id, by, at };
}

export function endClaim({ by }: Claim): void {
  active.delete(by);
}

/** Whether the process that made the claim cannot be at work on it any more. Of another host's only the time tells. */
export function isAbandoned(claim: Claim, now: Date): boolean {
  if (now.getTime() - claim.at.getTime() > CLAIM_MS) return true;
  const [maker = '', host = THIS_HOST] = claim.by.split('@', 2);
  if (host !== THIS_HOST) return false;
  const pid = Number(maker.split(':')[0]);
  if (pid === process.pid) return !active.has(claim.by);
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
