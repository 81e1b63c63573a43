import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** What a command of the command line said. */
export interface Said {
  /** As typed, without the configuration. */
  readonly typed: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs `postern …` as a person in the gate's working folder would; an exit code is an answer, not an error. */
export async function postern(
  place: { readonly directory: string; readonly configFile: string },
  ...args: readonly string[]
): Promise<Said> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args, '--config', place.configFile], {
    cwd: place.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !name.startsWith('POSTERN_') && !name.startsWith('NODE_'),
      ),
    ),
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const seconds = (performance.now() - began) / 1_000;
  return { typed: `postern ${args.join(' ')}`, code: code ?? -1, stdout, stderr, seconds };
}

/** The same where only success will do. Throws with what the command said. */
export async function posternOk(
  place: { readonly directory: string; readonly configFile: string },
  ...args: readonly string[]
): Promise<Said> {
  const said = await postern(place, ...args);
  if (said.code !== 0)
    throw new Error(`${said.typed} ended with ${said.code}: ${(said.stderr || said.stdout).trim()}`);
  return said;
}

/** The JSON values of an output: one a line, or one over many lines. */
export function jsonOf({ typed, stdout }: Said): unknown[] {
  try {
    return [JSON.parse(stdout)];
  } catch {
    return stdout
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        try {
          return JSON.parse(line);
        } catch {
          throw new Error(`${typed}: not JSON: ${line.slice(0, 200)}`);
        }
      });
  }
}
