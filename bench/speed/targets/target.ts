import type { ClientJob } from '../client.ts';

/** Something that mail goes through, or that is asked about it. */
export interface Target {
  readonly port: number;
  readonly protocol: ClientJob['protocol'];
  readonly preamble: string | null;
  /** Its processes, whose descendants count, too. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

/** Starts one with the sink as its next hop; null where it is not installed. */
export type StartTarget = (sinkPort: number, folder: string) => Promise<Target | null>;
