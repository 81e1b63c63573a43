import type { Command } from 'commander';

/** A command: one line about it, and the file that has it. */
export interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Command line → one file of commands/. Only the file of the command that runs is loaded. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    summary: 'run the gate with a configuration',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  demo: {
    summary: 'send bundled messages through a gate and show what it decides',
    load: async () => (await import('./demo.ts')).demoCommand(),
  },
  score: {
    summary: 'judge .eml files, mbox files and folders',
    load: async () => (await import('./score.ts')).scoreCommand(),
  },
  explain: {
    summary: 'say in words why one message gets its verdict',
    load: async () => (await import('./explain.ts')).explainCommand(),
  },
  quarantine: {
    summary: 'list, show, release and delete held messages',
    load: async () => (await import('./quarantine.ts')).quarantineCommand(),
  },
  feedback: {
    summary: 'say what a decided message really is',
    load: async () => (await import('./feedback.ts')).feedbackCommand(),
  },
  cases: {
    summary: 'what became of the mistakes that people reported',
    load: async () => (await import('./cases.ts')).casesCommand(),
  },
  reputation: {
    summary: 'look into the memory of senders, forget, export, import, rebuild',
    load: async () => (await import('./reputation.ts')).reputationCommand(),
  },
  'learn-outbound': {
    summary: 'learn from logs and sent mail whom we write to',
    load: async () => (await import('./learn-outbound.ts')).learnOutboundCommand(),
  },
  dataset: {
    summary: 'turn labelled mail into features for training',
    load: async () => (await import('./dataset.ts')).datasetCommand(),
  },
  rules: {
    summary: 'test the rules on their own messages',
    load: async () => (await import('./rules.ts')).rulesCommand(),
  },
  evaluate: {
    summary: 'measure the whole detector on mail that its models never saw',
    load: async () => (await import('./evaluate.ts')).evaluateCommand(),
  },
  ablate: {
    summary: 'say what each group of evidence and each rule adds',
    load: async () => (await import('./ablate.ts')).ablateCommand(),
  },
  quality: {
    summary: 'say what is wrong with a dataset: duplicates, contradictions, leaks',
    load: async () => (await import('./quality.ts')).qualityCommand(),
  },
  health: {
    summary: 'say which detectors changed suddenly, and how often each is right',
    load: async () => (await import('./health.ts')).healthCommand(),
  },
  lineage: {
    summary: 'say what a feature, rule or source depends on, and what depends on it',
    load: async () => (await import('./lineage.ts')).lineageCommand(),
  },
  replay: {
    summary: 'say what another configuration would have decided',
    load: async () => (await import('./replay.ts')).replayCommand(),
  },
  gaps: {
    summary: 'group what was judged wrong, say why, and propose rules',
    load: async () => (await import('./gaps.ts')).gapsCommand(),
  },
  sql: {
    summary: 'ask the ledger in SQL',
    load: async () => (await import('./sql.ts')).sqlCommand(),
  },
  report: {
    summary: 'verdicts, errors, precision and drift, from the ledger',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  compact: {
    summary: 'write closed days of the ledger as Parquet',
    load: async () => (await import('./compact.ts')).compactCommand(),
  },
  doctor: {
    summary: 'say what is wrong, and what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  lists: {
    summary: 'bring in published lists of domains',
    load: async () => (await import('./lists.ts')).listsCommand(),
  },
  compare: {
    summary: 'compare two models or variants over the ledger',
    load: async () => (await import('./compare.ts')).compareCommand(),
  },
  promote: {
    summary: 'give a rule or a model another status: active, shadow, canary:N%, off',
    load: async () => (await import('./promote.ts')).promoteCommand(),
  },
  rollback: {
    summary: 'take the last change of a status back',
    load: async () => (await import('./rollback.ts')).rollbackCommand(),
  },
  audit: {
    summary: 'list who changed what decides',
    load: async () => (await import('./audit.ts')).auditCommand(),
  },
  users: {
    summary: 'who may sign in to the console: add, list, disable, password, role',
    load: async () => (await import('./users.ts')).usersCommand(),
  },
  digest: {
    summary: 'send the daily letters to recipients, or look at one',
    load: async () => (await import('./digest.ts')).digestCommand(),
  },
  configure: {
    summary: 'change a key of the configuration, or take a change back',
    load: async () => (await import('./configure.ts')).configureCommand(),
  },
  'check-config': {
    summary: 'say what is wrong with a configuration',
    load: async () => (await import('./check-config.ts')).checkConfigCommand(),
  },
  docs: {
    summary: 'write the pages that are generated from code',
    load: async () => (await import('./docs.ts')).docsCommand(),
  },
};
