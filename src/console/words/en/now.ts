/** The page Now. */
export const now = {
  lead: 'The last hour at this gate, of the recipients that you see. Other gates have their own page; the quarantine is shared.',
  messages: 'Messages',
  lastHour: 'in the last hour',
  stopped: 'Held or refused',
  tagged: 'Tagged',
  held: 'In quarantine',
  oldest: (ago: string) => `oldest ${ago}`,
  noneHeld: 'nothing is held',
  perMinute: 'Mail per minute',
  asOf: (time: string) => `as of ${time}`,
  cut: 'More mail came than this page keeps: the hour begins later than it is drawn.',
  noMail: 'No mail in the last hour',
  noMailNext:
    'Where mail should come: see that the MX or the MTA before this gate sends to its address, and ask the gate itself:',
  troubles: 'What is not well',
  allWell: 'Everything answers.',
  checkFailed: (name: string, state: string) => `${name}: ${state}`,
  checks: {
    inspection: 'Inspection',
    nextHop: 'Next hop',
    quarantine: 'Quarantine',
    reputation: 'Memory of senders',
  } as Readonly<Record<string, string>>,
  todo: {
    inspection:
      'Mail is put off until a worker runs. The log says why they end; “postern doctor” checks models and rules.',
    nextHop:
      'Senders keep their mail and come again. See whether the MTA behind runs and takes connections from here.',
    quarantine:
      'What would be held is put off. See whether the disk is full, and whether the store or the database answers.',
    reputation:
      'Mail is judged without what is known of its senders. See whether its store answers; what was missed is learned later.',
  } as Readonly<Record<string, string>>,
  todoOther: 'The log of the service says more.',
  failed: (what: string, reason: string, count: number, of: number) =>
    `${what} ${reason} for ${count} of ${of} messages`,
  reasons: {
    timedOut: 'timed out',
    unavailable: 'was not available',
    overBudget: 'was cut short',
    error: 'failed',
  } as Readonly<Record<string, string>>,
  failedTodo: 'Those messages were judged without it, as the part “failures” of the configuration says.',
  replaced: (count: number, reason: string) =>
    `${count} ${count === 1 ? 'worker was' : 'workers were'} replaced since the start (${reason})`,
  replacedTodo:
    'Mail was judged again by others. If it goes on, the log names the messages that were inside.',
  latency: 'How long it takes',
  latencyMeans: 'From the end of the data to our answer, and the stages of it.',
  stage: 'Stage',
  half: 'half',
  total: 'In all',
  stages: {
    parse: 'Parse',
    gather: 'Gather evidence',
    measure: 'Measure',
    assess: 'Assess',
    decide: 'Decide',
  } as Readonly<Record<string, string>>,
  nothingYet: 'Nothing was measured yet.',
  campaigns: 'Campaigns',
  campaignsMean: 'Messages that share a link or a file, where not all were simply delivered.',
  noCampaign: 'None in the last hour.',
  noSubject: '(no subject)',
  latest: 'Latest message',
  shared: 'What they share',
  category: 'Category',
  verdicts: 'Verdicts',
  since: 'Since',
  runs: 'What runs',
  version: 'Version',
  model: 'Model',
  configuration: 'Configuration',
  asStarted: 'as it was at the start',
  taken: 'taken over',
  changed: { config: 'Last change of it', model: 'Last change of a model', rule: 'Last change of a rule' },
};
