import { setImmediate } from 'node:timers/promises';
import type { Target } from './target.ts';
import { Violation } from './target.ts';

/** What went wrong with one input. */
export interface Failure {
  readonly kind: 'violation' | 'throws' | 'pollutes' | 'slow' | 'hangs' | 'dies';
  readonly message: string;
  /** The same for inputs that fail in the same way. */
  readonly signature: string;
}

/** Prototypes that every object shares; what is written there changes the whole program. */
const SHARED = [Object.prototype, Array.prototype, Map.prototype, Function.prototype] as const;
const OWN_KEYS = SHARED.map((prototype) => Reflect.ownKeys(prototype).length);

/** Feeds one input to a target; null where all that must hold did. */
export async function feed(target: Target, input: Buffer): Promise<Failure | null> {
  try {
    const running = target.run(input);
    if (running !== undefined) {
      await running;
      // What it left to a later turn, an error that no promise holds, comes while its own input is still known.
      await setImmediate();
    }
  } catch (error) {
    return thrown(error);
  }
  return SHARED.every((prototype, at) => Reflect.ownKeys(prototype).length === OWN_KEYS[at])
    ? null
    : polluted();
}

/** An error that a target let out, as a failure. */
export function thrown(error: unknown): Failure {
  if (!(error instanceof Error)) return failure('throws', `threw ${String(error)}`, '');
  if (error instanceof Violation) return failure('violation', error.message, '');
  return failure('throws', `${error.name}: ${error.message}`, placeOf(error));
}

export function failure(kind: Failure['kind'], message: string, place: string): Failure {
  // Numbers and quoted input differ from one input to the next.
  const general = message.replace(/"[^"]*"|`[^`]*`|\d+/g, '#').slice(0, 200);
  return {
    kind,
    message: place === '' ? message : `${message}, ${place}`,
    signature: `${kind} ${general} ${place}`,
  };
}

/** The innermost place of the stack that lies in our own code. */
function placeOf(error: Error): string {
  const frame = /\/((?:src|fuzz|test)\/[^\s:]+\.ts):(\d+)/.exec(
    error.stack?.slice(error.message.length) ?? '',
  );
  return frame === null ? '' : `at ${frame[1]}:${frame[2]}`;
}

function polluted(): Failure {
  const names: string[] = [];
  for (const [at, prototype] of SHARED.entries()) {
    for (const key of Reflect.ownKeys(prototype).slice(OWN_KEYS[at])) {
      names.push(String(key));
      Reflect.deleteProperty(prototype, key);
    }
  }
  return failure('pollutes', `wrote to a shared prototype: ${names.join(', ')}`, '');
}
