import type { Config } from '../config/schema.ts';
import type { Decision } from '../decision.ts';
import { type Gate, type GateOptions, startGate } from '../gate/gate.ts';
import { type Milter, type MilterOptions, startMilter } from '../gate/milter/milter.ts';
import { type OutboundLearner, startOutbound } from '../gate/outbound.ts';
import type { Result } from '../gate/session.ts';

/** The ways in, by the names that metrics and ledger have for them. */
export type GateName = 'smtp' | 'milter';

export interface GatesOptions
  extends Omit<GateOptions & MilterOptions, 'config' | 'gate' | 'onDecision' | 'subjectPrefix'> {
  readonly config: Config;
  /** Hears of mail that our own users sent. */
  readonly learner: OutboundLearner;
  readonly onDecision: (gate: GateName, decision: Decision, result: Result) => void;
}

/** The gates that the configuration has: the SMTP proxy, the milter, or both. */
export interface Gates {
  /** Of the SMTP proxy. */
  readonly addresses: Gate['addresses'];
  /** Of the milter: `host:port`, or the path of a unix socket. */
  readonly milterAddresses: Milter['addresses'];
  /** Where mail of our own users goes out. */
  readonly outboundAddresses: Gate['addresses'];
  /** Takes nothing new, and lets messages that are under way end within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Starts the gates that listen somewhere. Rejects, with none left running, where one cannot be started. */
export async function startGates(options: GatesOptions): Promise<Gates> {
  const { config, onDecision } = options;
  const shared = { ...options, subjectPrefix: config.policy.subjectPrefix };
  const told = (gate: GateName) => (decision: Decision, result: Result) => onDecision(gate, decision, result);
  const smtp =
    config.gate.listen.length === 0
      ? null
      : await startGate({ ...shared, config: config.gate, onDecision: told('smtp') });
  const running: Pick<Gates, 'close'>[] = smtp === null ? [] : [smtp];
  try {
    const milter =
      config.milter.listen.length === 0
        ? null
        : await startMilter({
            ...shared,
            config: config.milter,
            gate: config.gate,
            onDecision: told('milter'),
          });
    if (milter !== null) running.push(milter);
    const outbound =
      config.outbound.listen.length === 0
        ? null
        : await startOutbound({ ...shared, onDecision: told('smtp') });
    if (outbound !== null) running.push(outbound);
    return {
      addresses: smtp?.addresses ?? [],
      milterAddresses: milter?.addresses ?? [],
      outboundAddresses: outbound?.addresses ?? [],
      close: async (graceMs) => {
        await Promise.all(running.map((gate) => gate.close(graceMs)));
      },
    };
  } catch (error) {
    await Promise.all(running.map((gate) => gate.close(0)));
    throw error;
  }
}
