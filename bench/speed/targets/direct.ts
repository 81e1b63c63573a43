import type { StartTarget } from './target.ts';

/** Straight to the sink: what client and sink alone take. */
export const startDirect: StartTarget = async (port) => ({
  port,
  protocol: 'smtp',
  preamble: null,
  pids: [],
  close: async () => undefined,
});
