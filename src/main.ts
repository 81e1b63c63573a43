import './no-telemetry.ts';
import { once } from 'node:events';
import { Command, CommanderError } from 'commander';
import { EXIT } from './commands/failure.ts';
import { Mistake } from './mistake.ts';
import { withoutSecrets } from './observe/secrets.ts';
import { version } from './version.ts';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Command line → one file of commands/. Only the file of the command that runs is loaded. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    summary: 'run the gate with a configuration',
    load: async () => (await import('./commands/serve.ts')).serveCommand(),
  },
  demo: {
    summary: 'send bundled messages through a gate and show what it decides',
    load: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  score: {
    summary: 'judge .eml files, mbox files and folders',
    load: async () => (await import('./commands/score.ts')).scoreCommand(),
  },
  explain: {
    summary: 'say in words why one message gets its verdict',
    load: async () => (await import('./commands/explain.ts')).explainCommand(),
  },
  quarantine: {
    summary: 'list, show, release and delete held messages',
    load: async () => (await import('./commands/quarantine.ts')).quarantineCommand(),
  },
  feedback: {
    summary: 'say what a decided message really is',
    load: async () => (await import('./commands/feedback.ts')).feedbackCommand(),
  },
  cases: {
    summary: 'what became of the mistakes that people reported',
    load: async () => (await import('./commands/cases.ts')).casesCommand(),
  },
  reputation: {
    summary: 'look into the memory of senders, forget, export, import, rebuild',
    load: async () => (await import('./commands/reputation.ts')).reputationCommand(),
  },
  'learn-outbound': {
    summary: 'learn from logs and sent mail whom we write to',
    load: async () => (await import('./commands/learn-outbound.ts')).learnOutboundCommand(),
  },
  dataset: {
    summary: 'turn labelled mail into features for training',
    load: async () => (await import('./commands/dataset.ts')).datasetCommand(),
  },
  rules: {
    summary: 'test the rules on their own messages',
    load: async () => (await import('./commands/rules.ts')).rulesCommand(),
  },
  evaluate: {
    summary: 'measure the whole detector on mail that its models never saw',
    load: async () => (await import('./commands/evaluate.ts')).evaluateCommand(),
  },
  ablate: {
    summary: 'say what each group of evidence and each rule adds',
    load: async () => (await import('./commands/ablate.ts')).ablateCommand(),
  },
  quality: {
    summary: 'say what is wrong with a dataset: duplicates, contradictions, leaks',
    load: async () => (await import('./commands/quality.ts')).qualityCommand(),
  },
  health: {
    summary: 'say which detectors changed suddenly, and how often each is right',
    load: async () => (await import('./commands/health.ts')).healthCommand(),
  },
  lineage: {
    summary: 'say what a feature, rule or source depends on, and what depends on it',
    load: async () => (await import('./commands/lineage.ts')).lineageCommand(),
  },
  replay: {
    summary: 'say what another configuration would have decided',
    load: async () => (await import('./commands/replay.ts')).replayCommand(),
  },
  gaps: {
    summary: 'group what was judged wrong, say why, and propose rules',
    load: async () => (await import('./commands/gaps.ts')).gapsCommand(),
  },
  sql: {
    summary: 'ask the ledger in SQL',
    load: async () => (await import('./commands/sql.ts')).sqlCommand(),
  },
  report: {
    summary: 'verdicts, errors, precision and drift, from the ledger',
    load: async () => (await import('./commands/report.ts')).reportCommand(),
  },
  compact: {
    summary: 'write closed days of the ledger as Parquet',
    load: async () => (await import('./commands/compact.ts')).compactCommand(),
  },
  doctor: {
    summary: 'say what is wrong, and what to do',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
  lists: {
    summary: 'bring in published lists of domains',
    load: async () => (await import('./commands/lists.ts')).listsCommand(),
  },
  compare: {
    summary: 'compare two models or variants over the ledger',
    load: async () => (await import('./commands/compare.ts')).compareCommand(),
  },
  promote: {
    summary: 'give a rule or a model another status: active, shadow, canary:N%, off',
    load: async () => (await import('./commands/promote.ts')).promoteCommand(),
  },
  rollback: {
    summary: 'take the last change of a status back',
    load: async () => (await import('./commands/rollback.ts')).rollbackCommand(),
  },
  audit: {
    summary: 'list who changed what decides',
    load: async () => (await import('./commands/audit.ts')).auditCommand(),
  },
  users: {
    summary: 'who may sign in to the console: add, list, disable, password, role',
    load: async () => (await import('./commands/users.ts')).usersCommand(),
  },
  digest: {
    summary: 'send the daily letters to recipients, or look at one',
    load: async () => (await import('./commands/digest.ts')).digestCommand(),
  },
  configure: {
    summary: 'change a key of the configuration, or take a change back',
    load: async () => (await import('./commands/configure.ts')).configureCommand(),
  },
  'check-config': {
    summary: 'say what is wrong with a configuration',
    load: async () => (await import('./commands/check-config.ts')).checkConfigCommand(),
  },
  docs: {
    summary: 'write the pages that are generated from code',
    load: async () => (await import('./commands/docs.ts')).docsCommand(),
  },
};

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
