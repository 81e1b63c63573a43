import { resolve } from 'node:path';
import { crossMistakes } from './checks.ts';
import { ConfigError, type Problem } from './error.ts';
import { schemaMistakes } from './mistakes.ts';
import { resolvePaths, watchedPaths } from './paths.ts';
import { type Config, configSchema } from './schema.ts';
import { pathText } from './shape.ts';
import { readSource, type Source } from './source.ts';
import { type Override, readOverrides, withOverrides } from './variables.ts';

export { ConfigError } from './error.ts';

export interface LoadedConfig {
  /** Complete and checked; all paths in it are absolute. */
  readonly config: Config;
  /** Absolute path of the file. */
  readonly file: string;
  /** Files and folders whose change means to load again; absolute, some may not exist. */
  readonly watched: readonly string[];
}

/**
 * Reads `path`, sets the `POSTERN_` variables of `env` over it, and checks the whole. Throws ConfigError with one line per
 * mistake, in the order of the file: `config/postern.yaml:12: gate.nexthop: unknown key, did you mean gate.nextHop?`. Given a
 * `text`, that is checked as if it stood in the file.
 */
export function loadConfig(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  workingFolder: string = process.cwd(),
  text?: string,
): LoadedConfig {
  const source = readSource(path, text);
  const { overrides, mistakes } = readOverrides(env);
  const values = withOverrides(source.values, overrides);
  const parsed = configSchema.safeParse(values);
  const found = parsed.success ? crossMistakes(parsed.data) : schemaMistakes(values, parsed.error.issues);
  if (!parsed.success || found.length > 0 || mistakes.length > 0) {
    throw new ConfigError([...placed(path, source, overrides, found), ...mistakes]);
  }
  const config = resolvePaths(parsed.data, path, workingFolder);
  const file = resolve(workingFolder, path);
  return { config, file, watched: watchedPaths(config, file) };
}

/** Each mistake at the variable or the line that brought it. */
function placed(
  file: string,
  source: Source,
  overrides: readonly Override[],
  mistakes: readonly Problem[],
): string[] {
  const located = mistakes.map((mistake) => {
    const variable = overrides.findLast(({ path }) =>
      path.every((key, index) => mistake.path[index] === key),
    );
    const line = source.lineOf(mistake.path);
    return { ...mistake, line, place: variable?.variable ?? `${file}:${line}` };
  });
  return located
    .sort((a, b) => a.line - b.line)
    .map(
      ({ path, message, place }) => `${place}: ${path.length === 0 ? '' : `${pathText(path)}: `}${message}`,
    );
}
