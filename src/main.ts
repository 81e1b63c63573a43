import './no-telemetry.ts';
import { once } from 'node:events';
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands/all.ts';
import { EXIT } from './commands/failure.ts';
import { Mistake } from './mistake.ts';
import { withoutSecrets } from './observe/secrets.ts';
import { version } from './version.ts';

function program(): Command {
  return new Command('postern')
    .description(
      'An in-line email attack filter: reads each message while the sender waits, decides, and says why.',
    )
    .version(version())
    .exitOverride();
}

async function run(args: readonly string[]): Promise<void> {
  const root = program();
  for (const [name, entry] of Object.entries(COMMANDS)) {
    if (args[0] === name) root.addCommand(withExitOverride(await entry.load()));
    else root.command(name).description(entry.summary);
  }
  if (args.length === 0) root.help({ error: true });
  await root.parseAsync(args, { from: 'user' });
}

/** Errors of a subcommand go the same way as those of the program: no exit in the middle of a library. */
function withExitOverride(command: Command): Command {
  command.exitOverride();
  for (const child of command.commands) withExitOverride(child);
  return command;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrongUse;
  if (error instanceof Mistake) {
    console.error(messageOf(error).replace(/^/gm, 'postern: '));
    return EXIT.wrongUse;
  }
  console.error(`postern: ${messageOf(error)}`);
  if (process.env.POSTERN_TRACE && error instanceof Error) console.error(withoutSecrets(error.stack ?? ''));
  return EXIT.broken;
}

function messageOf(error: unknown): string {
  return withoutSecrets(error instanceof Error ? error.message : String(error));
}

/** What was asked for: from the command line, or by IPC where bin/postern.js found that too long. */
async function commandLine(): Promise<readonly string[]> {
  if (process.env.POSTERN_ARGUMENTS !== 'ipc') return process.argv.slice(2);
  delete process.env.POSTERN_ARGUMENTS;
  const [args] = await once(process, 'message');
  process.disconnect?.();
  return args;
}

// Whoever reads our answer may stop reading (`| head`): that is no error, and what was begun, a release say, is still finished.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await run(await commandLine());
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
