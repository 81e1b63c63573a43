import { connect } from 'node:net';
import type { NextHopConfig } from '../config/schema.ts';
import type { Inspector } from '../inspection/inspector.ts';
import type { Check } from '../observe/health.ts';
import type { OpenQuarantine } from '../quarantine/disk.ts';
import type { OpenReputation } from '../reputation/open.ts';

/**
 * What must work for the gates to take mail: somebody to judge it, somewhere to pass it on to, and somewhere to hold it. A milter passes
 * nothing on: `nextHop` is then null. Without memory it judges on.
 */
export function readiness(
  nextHop: NextHopConfig | null,
  quarantine: OpenQuarantine,
  inspector: Inspector,
  reputation: OpenReputation,
): readonly Check[] {
  return [
    { name: 'inspection', run: () => inspector.check() },
    ...(nextHop === null ? [] : [{ name: 'nextHop', run: () => reachable(nextHop) }]),
    { name: 'quarantine', run: () => quarantine.writable() },
    { name: 'reputation', isOptional: true, run: () => reputation.check() },
  ];
}

/** A connection and nothing said on it: asking is cheap for both sides, and the gate itself sees what is wrong beyond. */
function reachable(nextHop: NextHopConfig): Promise<void> {
  const { host, port } = nextHop;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(nextHop.connectTimeoutMs, () =>
      socket.destroy(new Error(`${host}:${port} does not answer`)),
    );
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
