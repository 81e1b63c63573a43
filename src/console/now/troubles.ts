import type { Words } from '../words/en.ts';
import type { NowView } from './operations.ts';

/** Something that is not as it should be, and what to do about it. */
export interface Trouble {
  /** Mail waits or is judged without a part that matters. */
  readonly grave: boolean;
  readonly what: string;
  readonly todo: string;
}

const DEGRADED = 'degraded: ';

/** What is wrong now, the gravest first. */
export function troublesOf(
  { health, failures, restarts, messages }: Pick<NowView, 'health' | 'failures' | 'restarts' | 'messages'>,
  words: Words['now'],
): Trouble[] {
  const checks = Object.entries(health.checks)
    .filter(([, state]) => state !== 'ok')
    .map(([name, state]) => ({
      grave: !state.startsWith(DEGRADED),
      what: words.checkFailed(words.checks[name] ?? name, state.replace(DEGRADED, '')),
      todo: words.todo[name] ?? words.todoOther,
    }));
  const evidence = failures.map(({ what, reason, messages: count }) => ({
    grave: false,
    what: words.failed(what.replace('evidence:', ''), words.reasons[reason] ?? reason, count, messages),
    todo: words.failedTodo,
  }));
  const replaced = Object.entries(restarts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({
      grave: false,
      what: words.replaced(count, reason),
      todo: words.replacedTodo,
    }));
  return [...checks, ...evidence, ...replaced].sort((a, b) => Number(b.grave) - Number(a.grave));
}
