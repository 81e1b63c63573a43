import { readdirSync, readFileSync } from 'node:fs';

/** Of `getconf CLK_TCK`; Linux has had no other for user space. */
const TICKS_A_SECOND = 100;
const SAMPLE_MS = 250;

/** The processes with these ids and all their descendants. */
function family(roots: readonly number[]): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(Number(name));
    if (fields === null) continue;
    const parent = Number(fields[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [...roots];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** CPU seconds, user and system, of these processes, of all their descendants and of their children that have ended. */
export function cpuSeconds(roots: readonly number[]): number {
  let ticks = 0;
  for (const pid of family(roots)) {
    const fields = statOf(pid);
    // utime, stime, cutime, cstime: proc(5), counted from the state as field 0.
    if (fields !== null) ticks += [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
  }
  return ticks / TICKS_A_SECOND;
}

/** Samples the proportional set size (shared pages counted once) of all these processes; `stop` gives the peak in bytes. */
export function watchMemory(roots: readonly number[]): { stop(): number } {
  let peak = pssBytes(roots);
  const timer = setInterval(() => {
    peak = Math.max(peak, pssBytes(roots));
  }, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return Math.max(peak, pssBytes(roots));
    },
  };
}

export function pssBytes(roots: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of family(roots)) {
    const rollup = readIfThere(`/proc/${pid}/smaps_rollup`);
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup ?? '')?.[1] ?? 0);
  }
  return kilobytes * 1024;
}

/** The fields of /proc/PID/stat after the name, which may hold anything. */
function statOf(pid: number): string[] | null {
  const text = readIfThere(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** A process may have ended since it was listed. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
