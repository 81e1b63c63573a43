/** Something that must work for the gate to do its work. Resolves where it does; the rejection says what is wrong. */
export interface Check {
  readonly name: string;
  readonly run: () => void | Promise<void>;
  /** The gate does its work without it, only worse: what is wrong is shown, and it is ready nevertheless. */
  readonly isOptional?: boolean;
}

export interface Health {
  readonly ok: boolean;
  /** By check: `ok`, or what is wrong; after `degraded: ` where the gate goes on without it. */
  readonly checks: Readonly<Record<string, string>>;
}

/** A check that takes longer has failed: whoever asks (an orchestrator) waits a few seconds at most. */
export const CHECK_MS = 2_000;

/** Runs all checks at once. Never throws. */
export async function runChecks(checks: readonly Check[], limitMs: number = CHECK_MS): Promise<Health> {
  const results = await Promise.all(
    checks.map(async (check) => {
      const result = await resultOf(check, limitMs);
      const isWell = result === 'ok' || check.isOptional === true;
      return {
        isWell,
        shown: [check.name, isWell && result !== 'ok' ? `degraded: ${result}` : result] as const,
      };
    }),
  );
  return {
    ok: results.every(({ isWell }) => isWell),
    checks: Object.fromEntries(results.map(({ shown }) => shown)),
  };
}

async function resultOf(check: Check, limitMs: number): Promise<string> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`no answer in ${limitMs} ms`), limitMs);
  try {
    return await Promise.race([late, ranWell(check)]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

async function ranWell(check: Check): Promise<string> {
  await check.run();
  return 'ok';
}
