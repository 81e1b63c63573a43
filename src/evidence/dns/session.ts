import { type Answer, DnsError, type DnsRecord, isRecordType, type RecordType } from './answer.ts';

export interface SessionLimits {
  /** For all questions of the message together. */
  readonly timeoutMs: number;
  readonly maxQuestions: number;
}

/** The questions of one message. */
export interface Session {
  /**
   * Records in the form of node:dns, a fresh copy. Rejects with a DnsError: `ENOTFOUND` or `ENODATA` where there is
   * nothing, any other code (`ETIMEOUT`, `ESERVFAIL`, `EQUESTIONS` …) where it is not known.
   */
  readonly ask: (name: string, type: string) => Promise<DnsRecord[]>;
  /** Questions asked so far, those answered from the cache included. */
  readonly questions: number;
  /** Questions that failed or came too late. Names and records that do not exist are answers, not failures. */
  readonly failures: number;
  close(): void;
}

const TOO_LATE: Answer = { status: 'failed', code: 'ETIMEOUT' };

/** A question that comes too late for this message goes on, and its answer is cached for the next one. */
export function openSession(
  lookup: (name: string, type: RecordType) => Promise<Answer>,
  limits: SessionLimits,
): Session {
  let questions = 0;
  let failures = 0;
  let isOver = false;
  let end: (answer: Answer) => void = () => undefined;
  const over = new Promise<Answer>((resolve) => {
    end = resolve;
  });
  const timer = setTimeout(() => {
    isOver = true;
    end(TOO_LATE);
  }, limits.timeoutMs);

  async function answerTo(name: string, type: string): Promise<Answer> {
    if (!isRecordType(type)) return { status: 'failed', code: 'ENOTIMP' };
    if (isOver) return TOO_LATE;
    if (questions >= limits.maxQuestions) return { status: 'failed', code: 'EQUESTIONS' };
    questions += 1;
    return Promise.race([lookup(name, type), over]);
  }

  return {
    async ask(name, type) {
      const answer = await answerTo(name, type);
      if (answer.status === 'records') return answer.records.map(copyOf);
      if (answer.status === 'failed') failures += 1;
      throw new DnsError(answer.code, `${type} ${JSON.stringify(name.slice(0, 255))}`);
    },
    get questions() {
      return questions;
    },
    get failures() {
      return failures;
    },
    close() {
      clearTimeout(timer);
      isOver = true;
      end(TOO_LATE);
    },
  };
}

/** mailauth sorts and changes what it is given; the cache must not notice. */
function copyOf(record: DnsRecord): DnsRecord {
  if (typeof record === 'string') return record;
  return Array.isArray(record) ? [...record] : { ...record };
}
