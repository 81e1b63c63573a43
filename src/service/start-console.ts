import type { Config } from '../config/schema.ts';
import { openAccess } from '../console/access/open.ts';
import { consoleApp } from '../console/app.ts';
import type { ConsoleParts } from '../console/parts.ts';
import { startConsole } from '../console/start.ts';
import type { HttpListener } from '../http-listener.ts';
import type { Privileged } from '../process/privileged.ts';

/** Starts the console where the configuration has one; null where it has none. Rejects, with nothing left running, where it cannot start. */
export async function startConsoleOf(
  { console }: Pick<Config, 'console'>,
  parts: ConsoleParts,
  privileged: Privileged | null,
): Promise<HttpListener | null> {
  if (console.listen === null) return null;
  return await startConsole(
    consoleApp(parts, openAccess(parts)),
    console.listen,
    privileged?.consoleTls ?? console.tls,
    privileged?.ports.get(console.listen),
  );
}
