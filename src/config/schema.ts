import { z } from 'zod';

const bytes = z.number().int().positive();
const milliseconds = z.number().int().positive();
const probability = z.number().min(0).max(1);
const address = z.string().min(1);
const failure = z.enum(['open', 'tag', 'defer']);

/** `host:port`, `[v6]:port` or `port` on loopback. */
const listener = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]*):\d{1,5}$/, 'host:port');

const tlsMode = z.enum(['off', 'opportunistic', 'required']);

const nextHop = z
  .strictObject({
    host: z.string().min(1),
    port: z.number().int().min(1).max(65535).default(25),
    protocol: z.enum(['smtp', 'lmtp']).default('smtp'),
    tls: tlsMode.default('opportunistic'),
    /** Verify the next hop's certificate; only with tls: required. */
    verify: z.boolean().default(false),
    /** Kept connections at most. */
    pool: z.number().int().min(1).max(1000).default(20),
    connectTimeoutMs: milliseconds.default(10_000),
    replyTimeoutMs: milliseconds.default(300_000),
  })
  .nullable()
  .default(null);

const gate = z.strictObject({
  /** None: no SMTP proxy, only the milter. */
  listen: z.array(listener).default(['127.0.0.1:10025']),
  /** Name in the greeting, in EHLO to the next hop and in Received; null takes the host's name. */
  hostname: z.string().nullable().default(null),
  nextHop,
  tls: z.strictObject({ cert: z.string(), key: z.string() }).nullable().default(null),
  /** Hosts that may say XFORWARD and XCLIENT (addresses or CIDR). */
  forwarders: z.array(address).default([]),
  /** Hosts whose connections begin with a PROXY header, version 1 or 2; from others it is refused. */
  proxiedFrom: z.array(address).default([]),
  maxMessageBytes: bytes.default(52_428_800),
  maxRecipients: z.number().int().positive().default(1000),
  spool: z.string().default('var/spool'),
  /** Above this a message being received goes to a file. */
  spoolAboveBytes: bytes.default(262_144),
  bareLineEnds: z.enum(['normalise', 'reject']).default('normalise'),
  limits: z
    .strictObject({
      connections: z.number().int().positive().default(1000),
      connectionsPerClient: z.number().int().positive().default(50),
      messagesPerClientPerMinute: z.number().int().positive().default(600),
      messagesPerConnection: z.number().int().positive().default(1000),
      idleTimeoutMs: milliseconds.default(300_000),
      dataTimeoutMs: milliseconds.default(600_000),
      inFlight: z.number().int().positive().default(64),
      inspectBytesInFlight: bytes.default(134_217_728),
    })
    .prefault({}),
  shutdownGraceMs: milliseconds.default(30_000),
});

/** `host:port`, or the path of a unix socket. */
const milterListener = z
  .string()
  .regex(/^(\/.+|(\[[0-9a-fA-F:]+\]|[^:\s/]*):\d{1,5})$/, 'host:port or /path');

const milter = z.strictObject({
  /** None: no milter. */
  listen: z.array(milterListener).default([]),
  /** Mode of a unix socket, octal. */
  socketMode: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'an octal mode')
    .default('0660'),
  /** Where held mail is kept: our quarantine, or that of the mail server (Postfix: the hold queue). */
  quarantine: z.enum(['postern', 'mta']).default('postern'),
  limits: z
    .strictObject({
      connections: z.number().int().positive().default(1000),
      /** Postfix keeps connections for a while; a silent one costs memory only. */
      idleTimeoutMs: milliseconds.default(7_200_000),
    })
    .prefault({}),
  /** While a message is inspected the mail server hears that we are at work so often. */
  progressMs: milliseconds.default(5_000),
});

const inspection = z.strictObject({
  /** Threads that inspect; null is one a core, 4 at most. 0 inspects on the thread of the gate, without isolation. */
  workers: z.number().int().min(0).max(64).nullable().default(null),
  /** Messages that one worker has at once: while one waits for DNS, others go on. */
  messagesPerWorker: z.number().int().positive().default(16),
  /** A worker that shows no sign of life for so long hangs, and is replaced. */
  stallMs: milliseconds.default(10_000),
  /** For one message, all waiting included. */
  messageTimeoutMs: milliseconds.default(60_000),
  /** Heap of one worker; at its end the worker is replaced. */
  heapBytes: bytes.default(1_073_741_824),
});

/** Whom the process becomes once it has what only root can have. */
const processRights = z.strictObject({
  user: z.string().nullable().default(null),
  group: z.string().nullable().default(null),
});

const authentication = z.strictObject({
  /** Ours, in Authentication-Results; null takes gate.hostname. */
  authservId: z.string().nullable().default(null),
  /** Whose Authentication-Results we believe, when our own forwarders add them. */
  trustedAuthservIds: z.array(z.string()).default([]),
  dns: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Addresses with optional port; empty takes the system's. */
      servers: z.array(z.string()).default([]),
      questionTimeoutMs: milliseconds.default(2_000),
      messageTimeoutMs: milliseconds.default(5_000),
      cacheEntries: z.number().int().positive().default(10_000),
      questionsPerMessage: z.number().int().positive().default(60),
    })
    .prefault({}),
});

const identity = z.strictObject({
  /** Domains whose mail we receive: ours. */
  ownDomains: z.array(z.string()).default([]),
  partnerDomains: z.array(z.string()).default([]),
  /** Protected names: file of display name and addresses. */
  people: z.string().nullable().default('shipped/lists/people.csv'),
  /** Folder of domain lists: brands, freemail, disposable, shorteners … */
  lists: z.string().default('shipped/lists'),
  /** Folder of lists of the same names that are added to those; null adds none. */
  localLists: z.string().nullable().default(null),
});

const zone = z.strictObject({
  zone: z.string().min(1),
  /** Answers that count, addresses or networks in 127/8; none: all of 127/8. */
  accept: z.array(address).default([]),
  /** Bits of the last three octets, of which one must be set; null looks at `accept`. */
  mask: z.number().int().min(1).max(0xff_ff_ff).nullable().default(null),
});

const dnsLists = z.strictObject({
  /** Zones that list addresses of clients. */
  clients: z.array(zone).default([]),
  /** Zones that list domains: asked for links and From. */
  domains: z.array(zone).default([]),
  /** For all questions of one message. */
  timeoutMs: milliseconds.default(3_000),
  /** Of one message at most. */
  questions: z.number().int().positive().max(500).default(60),
});

const clamd = z.strictObject({
  /** `host:port` or the path of a unix socket; null asks no scanner. */
  address: z
    .string()
    .regex(/^(\/.+|(\[[0-9a-fA-F:]+\]|[^:\s/]+):\d{1,5})$/, 'host:port or /path')
    .nullable()
    .default(null),
  timeoutMs: milliseconds.default(10_000),
  maxBytes: bytes.default(26_214_400),
});

/** `canary: 5%` decides for a stable share of the mail and sees the rest in shadow. */
const detectorStatus = z
  .string()
  .regex(/^(active|shadow|off|canary: ?(100|\d{1,2}(\.\d+)?)%)$/, 'active, shadow, off or "canary: N%"');

const detect = z.strictObject({
  /** Folder of the model, null for rules alone. */
  model: z.string().nullable().default('shipped/models/postern-1'),
  /** Start without a model that cannot be loaded: false refuses to start. */
  allowDegraded: z.boolean().default(false),
  rules: z.array(z.string()).default(['shipped/rules']),
  /** Further models that see the same mail: in shadow, or deciding for a share of it. */
  challengers: z.array(z.strictObject({ model: z.string(), status: detectorStatus })).default([]),
  /** Status of rules by id, over that of their file. */
  statuses: z.record(z.string(), detectorStatus).default({}),
  /** File of statuses that `postern promote`, `rollback` and the floor below wrote; over all that is above. */
  experiments: z.string().default('var/experiments.yaml'),
  /** A rule whose precision, by what people said, falls under this goes to shadow by itself; null lets it be. */
  floor: z
    .strictObject({
      precision: probability.nullable().default(null),
      /** Fewer reports on a rule's mail say nothing. */
      reports: z.number().int().positive().default(20),
    })
    .prefault({}),
  inspectBytes: bytes.default(33_554_432),
});

const thresholds = z.strictObject({
  /** Score from which on; null is never. */
  tag: probability.nullable().optional(),
  quarantine: probability.nullable().optional(),
  reject: probability.nullable().optional(),
});

const policy = z.strictObject({
  default: z
    .strictObject({
      tag: probability.nullable().default(0.5),
      quarantine: probability.nullable().default(0.7),
      reject: probability.nullable().default(null),
    })
    .prefault({}),
  /** By recipient domain; what is not given is inherited. */
  domains: z.record(z.string(), thresholds).default({}),
  /** Domains or addresses of authenticated senders. Never covers impersonation or malware. */
  allow: z.array(z.string()).default([]),
  /** Domains, addresses or networks. */
  block: z.array(z.string()).default([]),
  blockAction: z.enum(['quarantine', 'reject']).default('quarantine'),
  subjectPrefix: z.string().nullable().default(null),
});

const failures = z.strictObject({
  authentication: failure.optional(),
  sender: failure.optional(),
  reputation: failure.optional(),
  headers: failure.optional(),
  links: failure.optional(),
  html: failure.optional(),
  attachments: failure.optional(),
  language: failure.optional(),
  footprint: failure.optional(),
  ambiguity: failure.optional(),
  dnsLists: failure.optional(),
  clamd: failure.optional(),
  model: failure.default('open'),
  rules: failure.default('open'),
  /** A way of reading the message (HTML, archives, the second view …) that crashed or hung a worker, and was left out. */
  message: failure.default('tag'),
  /** The inspection as a whole: nothing of the message could be judged. */
  inspection: failure.default('tag'),
});

const database = z.strictObject({
  /** postgres://user:password@host:port/database, shared by several gates; null is SQLite in the folder of the quarantine. */
  url: z
    .string()
    .regex(/^postgres(ql)?:\/\/.+/, 'postgres://user:password@host:port/database')
    .nullable()
    .default(null),
  /** Connections of one gate at most; PostgreSQL alone. */
  pool: z.number().int().min(1).max(1000).default(10),
  /** For a connection, and for one statement. */
  timeoutMs: milliseconds.default(5_000),
});

const quarantine = z.strictObject({
  directory: z.string().default('var/quarantine'),
  retentionDays: z.number().int().positive().default(30),
  mail: z
    .strictObject({
      /** Where the raw mail is: files in the folder, an S3-compatible bucket, or the database. */
      store: z.enum(['disk', 's3', 'database']).default('disk'),
      s3: z
        .strictObject({
          /** Address of the service; nothing else is ever asked. */
          endpoint: z
            .string()
            .regex(/^https?:\/\/.+/, 'https://host[:port]')
            .nullable()
            .default(null),
          region: z.string().default('us-east-1'),
          bucket: z.string().default('postern'),
          /** In front of every name. */
          prefix: z.string().default('mail/'),
          /** `https://host/bucket/…` rather than `https://bucket.host/…`. */
          pathStyle: z.boolean().default(true),
          accessKeyId: z.string().nullable().default(null),
          secretAccessKey: z.string().nullable().default(null),
          timeoutMs: milliseconds.default(10_000),
        })
        .prefault({}),
    })
    .prefault({}),
});

const language = z.enum(['en', 'de', 'fr', 'es', 'pt', 'it']);

const consoleRole = z.enum(['admin', 'analyst', 'viewer', 'recipient']);

const console = z.strictObject({
  /** Pages and HTTP API; null turns them off. */
  listen: listener.nullable().default(null),
  /** How people reach it, for links in digests and for sign-in elsewhere: https://postern.example.com */
  url: z
    .string()
    .regex(/^https?:\/\/[^/]+$/, 'https://host[:port], without a path')
    .nullable()
    .default(null),
  tls: z.strictObject({ cert: z.string(), key: z.string() }).nullable().default(null),
  /** Reverse proxies (addresses or networks) whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  proxies: z.array(address).default([]),
  /** Of pages where neither the person nor the browser prefers one. */
  language: z.enum(['en', 'de']).default('en'),
  signIn: z
    .strictObject({
      /** A session ends after so many hours, and after so many minutes without a request. */
      hours: z.number().positive().default(12),
      idleMinutes: z.number().positive().default(60),
      /** Wrong passwords of one name, or from one address, within the window. */
      attempts: z.number().int().positive().default(10),
      windowMinutes: z.number().positive().default(15),
    })
    .prefault({}),
  /** Sign-in elsewhere, by OpenID Connect; null has passwords alone. */
  oidc: z
    .strictObject({
      issuer: z.string().regex(/^https?:\/\/.+/, 'https://host/…'),
      clientId: z.string(),
      /** File with the secret; null for a public client. */
      clientSecretFile: z.string().nullable().default(null),
      scopes: z.array(z.string()).default(['openid', 'profile', 'email']),
      /** Claim that has groups, and what a group may. Who has none of these groups does not get in. */
      rolesClaim: z.string().default('groups'),
      roles: z
        .record(
          z.string(),
          z.strictObject({ role: consoleRole, domains: z.array(z.string()).nullable().default(null) }),
        )
        .default({}),
    })
    .nullable()
    .default(null),
  recipients: z
    .strictObject({
      /** Whether people may see and free what was held for them: not at all, by asking, or by themselves (never malware). */
      release: z.enum(['off', 'ask', 'self']).default('ask'),
    })
    .prefault({}),
});

/** The daily letter to recipients about what was held for them. */
const digest = z.strictObject({
  /** Time of day, in the zone of the host; null sends none. */
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
    .nullable()
    .default(null),
  /** Sender of the letter. */
  from: z.string().nullable().default(null),
  language: language.default('en'),
  /** By recipient domain. */
  languages: z.record(z.string(), language).default({}),
  /** A link in it works for so many days, and once. */
  linkDays: z.number().positive().default(7),
});

const reputation = z.strictObject({
  /** `sqlite`, a file of this host; `redis`, shared by several gates. */
  store: z.enum(['sqlite', 'redis']).default('sqlite'),
  redis: z
    .strictObject({
      /** redis://[user:password@]host:port/database, or rediss:// with TLS. */
      url: z
        .string()
        .regex(/^rediss?:\/\/.+/, 'redis://host:port')
        .default('redis://127.0.0.1:6379/0'),
      /** In front of every key. */
      prefix: z.string().default('postern:'),
      /** For one question; then the policy for failures holds. */
      timeoutMs: milliseconds.default(250),
    })
    .prefault({}),
  /** Table of networks with autonomous system and country (tab-separated: first, last, number, country); null knows neither. */
  networks: z.string().nullable().default(null),
  file: z.string().default('var/reputation.sqlite'),
  halfLifeDays: z.number().positive().default(30),
  /** Of the counts that show a burst. */
  burstHalfLifeMinutes: z.number().positive().default(10),
  /** Beyond it the entries that tell least leave first. */
  maxEntries: z.number().int().positive().default(10_000_000),
  cacheBytes: bytes.default(67_108_864),
  flushIntervalMs: milliseconds.default(1_000),
  flushEntries: z.number().int().positive().default(1_000),
});

const privacy = z.strictObject({
  /** How the memory keeps names and addresses of people: as they are, or as keyed hashes that nobody can turn back. */
  addresses: z.enum(['plain', 'hashed']).default('plain'),
  /** File with the key of the hashes, 32 bytes or more; made at the first start where it is missing. Whoever loses it starts anew. */
  keyFile: z.string().default('var/privacy.key'),
});

const outbound = z.strictObject({
  /** Where mail of our own users is passed on, unjudged, so that the memory learns whom they write to; none: nowhere. */
  listen: z.array(listener).default([]),
  /** Who may send there (addresses or networks): it relays for them. */
  clients: z.array(address).default(['127.0.0.0/8', '::1/128']),
  /** Where that mail goes; keys as in gate.nextHop. */
  nextHop,
});

const ledger = z.strictObject({
  directory: z.string().default('var/ledger'),
  retentionDays: z.number().int().positive().default(365),
});

const feedback = z.strictObject({
  /** Where people forward missed or wrongly held mail as an attachment: an SMTP listener of its own; none: nowhere. */
  mailbox: z
    .strictObject({
      listen: z.array(listener).default([]),
      /** Recipient that takes reports of unwanted mail, and the one for mail that was wrongly held; at any domain. */
      unwanted: z.string().default('abuse'),
      wanted: z.string().default('notspam'),
      /** Who may report: domains or addresses of senders; none: identity.ownDomains. */
      reporters: z.array(z.string()).default([]),
      /** The mail servers that bring the reports (addresses or networks): their word on the envelope sender is believed. */
      clients: z.array(address).default(['127.0.0.0/8', '::1/128']),
    })
    .prefault({}),
  /** Feedback over HTTP, with a token; null turns it off. */
  http: z
    .strictObject({
      listen: listener.nullable().default(null),
      /** File of tokens, one a line: name and token. */
      tokens: z.string().nullable().default(null),
    })
    .prefault({}),
  /** Raw mail of reports is kept here, for judging it again and for training. */
  cases: z.string().default('var/cases'),
  /** For so long. */
  retentionDays: z.number().int().positive().default(365),
});

const lab = z.strictObject({
  /** The ledger as Parquet, a folder a day. */
  data: z.string().default('var/data'),
});

const observe = z.strictObject({
  /** Metrics and health over HTTP; null turns it off. */
  listen: listener.nullable().default('127.0.0.1:9725'),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      /** `full`, or `redacted`: the local part becomes its first letter and ***. */
      addresses: z.enum(['full', 'redacted']).default('full'),
    })
    .prefault({}),
});

/**
 * The whole of postern.yaml. Relative paths start at the folder of the file, but `var/…` at the working folder, and `shipped/…` at
 * what comes with Postern (`shipped/lists`, `shipped/rules`, `shipped/models/NAME`).
 */
export const configSchema = z.strictObject({
  gate: gate.prefault({}),
  milter: milter.prefault({}),
  inspection: inspection.prefault({}),
  process: processRights.prefault({}),
  authentication: authentication.prefault({}),
  identity: identity.prefault({}),
  dnsLists: dnsLists.prefault({}),
  clamd: clamd.prefault({}),
  detect: detect.prefault({}),
  policy: policy.prefault({}),
  failures: failures.prefault({}),
  database: database.prefault({}),
  quarantine: quarantine.prefault({}),
  reputation: reputation.prefault({}),
  privacy: privacy.prefault({}),
  outbound: outbound.prefault({}),
  ledger: ledger.prefault({}),
  feedback: feedback.prefault({}),
  lab: lab.prefault({}),
  observe: observe.prefault({}),
  console: console.prefault({}),
  digest: digest.prefault({}),
});

export type Config = z.infer<typeof configSchema>;
export type GateConfig = Config['gate'];
export type MilterConfig = Config['milter'];
export type InspectionConfig = Config['inspection'];
export type NextHopConfig = NonNullable<GateConfig['nextHop']>;
export type PolicyConfig = Config['policy'];
