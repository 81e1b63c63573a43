import type { Networks } from '../../gate/networks.ts';
import { MAX_CORRESPONDENTS, type Written } from '../../reputation/outbound.ts';

/** Messages in the queue at one time; beyond it the longest waiting counts as it is. Some 50 MB. */
const MAX_QUEUED = 100_000;
const DAY_MS = 86_400_000;

/** Time (ISO 8601, or of classic syslog), host, instance and service of Postfix, process, queue id, text. */
const LINE =
  /^(?:(\d{4}-\d\d-\d\dT\S+)|([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d)) \S+ (postfix[^\s[]*)\[\d+\]: (?:\[ID [^\]]*\] )?([0-9A-Za-z]{5,24}): (.*)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The usual `syslog_name` of the services that only users who log in may use. */
const SUBMISSION = /\/(?:submissions?|smtps)\//;
const LOOPBACK_RELAY = /\brelay=[^,[]*\[(?:127\.|::1\])/;

interface Queued {
  at: Date | null;
  from: string | null;
  isOurs: boolean;
  count: number;
  readonly sent: Set<string>;
}

export interface PostfixLogOptions {
  /** Hosts whose mail is ours without a login. */
  readonly clients: Pick<Networks, 'has'>;
  /** Classic syslog has no year: no line is of a later day than this. */
  readonly now: Date;
}

/** Is this a line of a Postfix log? */
export function isPostfixLine(line: string): boolean {
  return /^\S+(?: +\d{1,2} \S+)? \S+ postfix[^\s[]*\[\d+\]: /.test(line);
}

/**
 * Joins the lines of Postfix logs by queue id: who came in (smtpd), from whom (qmgr), and for whom it was taken (`status=sent`). Mail is
 * ours where a user logged in, the service is one of submission, or the client is one of ours. A delivery to a filter on this host is left
 * out: the message comes back under another id. Files of one log are given one after the other, oldest first.
 */
export class PostfixLog {
  readonly #options: PostfixLogOptions;
  readonly #queued = new Map<string, Queued>();

  constructor(options: PostfixLogOptions) {
    this.#options = options;
  }

  /** Gives the message that this line ends, with empty `senders` where it is not ours. */
  push(line: string): Written | null {
    const [, iso, month, day, time, program = '', id = '', text = ''] = LINE.exec(line) ?? [];
    if (id === '' || id === 'NOQUEUE') return null;
    if (text === 'removed') return this.#finish(id);
    const service = program.slice(program.lastIndexOf('/') + 1);
    if (service === 'smtpd' && text.startsWith('client=')) this.#came(id, program, text);
    else if (service === 'qmgr' && text.startsWith('from=<')) this.#from(id, text);
    else if (text.startsWith('to=<') && text.includes(' status=sent')) {
      const at = iso === undefined ? this.#classic(month ?? '', Number(day), time ?? '') : new Date(iso);
      this.#sent(id, text, at);
    }
    return this.#queued.size > MAX_QUEUED ? this.#finish(this.#queued.keys().next().value ?? '') : null;
  }

  /** What was still in the queue when the log ended. */
  *end(): Generator<Written> {
    for (const id of [...this.#queued.keys()]) {
      const written = this.#finish(id);
      if (written !== null) yield written;
    }
  }

  #came(id: string, program: string, text: string): void {
    const [, ip = ''] = /(?:^|, )orig_client=[^[]*\[([^\]]+)\]/.exec(text) ??
      /^client=[^[]*\[([^\]]+)\]/.exec(text) ?? ['', ''];
    const isOurs =
      SUBMISSION.test(program) || /(?:^|, )sasl_username=/.test(text) || this.#options.clients.has(ip);
    // An id that comes again is of another message, long after.
    this.#queued.delete(id);
    this.#queued.set(id, { at: null, from: null, isOurs, count: 0, sent: new Set() });
  }

  #from(id: string, text: string): void {
    const queued = this.#queued.get(id);
    if (queued === undefined) return;
    queued.from = /^from=<([^>]*)>/.exec(text)?.[1] ?? '';
    queued.count = Number(/\bnrcpt=(\d{1,9})/.exec(text)?.[1] ?? 0);
  }

  #sent(id: string, text: string, at: Date): void {
    const queued = this.#queued.get(id);
    const to = /^to=<([^>]*)>/.exec(text)?.[1];
    if (queued === undefined || to === undefined || LOOPBACK_RELAY.test(text)) return;
    if (Number.isNaN(at.getTime())) return;
    queued.at ??= at;
    if (queued.sent.size <= MAX_CORRESPONDENTS) queued.sent.add(to);
  }

  #finish(id: string): Written | null {
    const queued = this.#queued.get(id);
    this.#queued.delete(id);
    if (queued === undefined || queued.at === null) return null;
    const { at, count, from, isOurs, sent } = queued;
    const senders = isOurs && from !== null ? [from] : [];
    return { at, senders, recipients: [...sent], recipientCount: count, automatic: from === '' };
  }

  /** By the clock of this host, as syslog writes it, in the last year in which that day is not to come. */
  #classic(month: string, day: number, time: string): Date {
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
    const { now } = this.#options;
    const inYear = (year: number) => new Date(year, MONTHS.indexOf(month), day, hours, minutes, seconds);
    const thisYear = inYear(now.getFullYear());
    return thisYear.getTime() > now.getTime() + DAY_MS ? inYear(now.getFullYear() - 1) : thisYear;
  }
}
