import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type LoadedConfig, loadConfig } from './load.ts';

/** An editor or a deployment writes several files; what comes within this time is one change. */
export const SETTLE_MS = 250;

export interface ReloadHandlers {
  /** Takes the new configuration over. May reject: then it is refused, and the old one goes on. */
  onReload(loaded: LoadedConfig): void | Promise<void>;
  /** A new configuration is not taken: a ConfigError with its lines, or what onReload rejected with. */
  onRefused(error: unknown): void;
  /** A file or folder that cannot be watched (its folder is missing): its changes need SIGHUP. */
  onUnwatched?(path: string, error: unknown): void;
}

export interface ConfigWatch {
  /** Loads again now, as SIGHUP does; resolves when it is taken or refused. One load at a time. */
  reload(): Promise<void>;
  /** Resolves when a load that was under way has ended, too: nothing is replaced after it. */
  close(): Promise<void>;
}

/** Loads the configuration again on SIGHUP and when one of its files changes (itself, lists, people, rules, model). */
export function watchConfig(
  loaded: LoadedConfig,
  handlers: ReloadHandlers,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ConfigWatch {
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  let isClosed = false;

  async function loadAgain(): Promise<void> {
    if (isClosed) return;
    try {
      const next = loadConfig(loaded.file, env);
      await handlers.onReload(next);
      if (!isClosed) rewatch(next.watched);
    } catch (error) {
      handlers.onRefused(error);
    }
  }

  function reload(): Promise<void> {
    last = last.then(loadAgain);
    return last;
  }

  function soon(): void {
    clearTimeout(timer);
    timer = setTimeout(reload, SETTLE_MS);
  }

  function rewatch(paths: readonly string[]): void {
    for (const watcher of watchers) watcher.close();
    watchers = paths.flatMap((path) => watchOne(path, soon, handlers));
  }

  rewatch(loaded.watched);
  process.on('SIGHUP', soon);
  return {
    reload,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      process.off('SIGHUP', soon);
      for (const watcher of watchers) watcher.close();
      await last;
    },
  };
}

function watchOne(path: string, changed: () => void, handlers: ReloadHandlers): FSWatcher[] {
  try {
    // A file is watched by its folder, since editors rename a new one over it; what else changes there is no concern of ours.
    // What is not there yet may come: the file of experiments is made by the first promotion.
    const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? null : basename(path);
    const watcher = watch(file === null ? path : dirname(path), { persistent: false }, (_, name) => {
      if (file === null || name === file) changed();
    });
    watcher.on('error', (error) => handlers.onUnwatched?.(path, error));
    return [watcher];
  } catch (error) {
    handlers.onUnwatched?.(path, error);
    return [];
  }
}
