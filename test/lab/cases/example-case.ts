import type { Case } from '../../../src/lab/cases/case.ts';
import { newMailId } from '../../../src/mail/id.ts';

const AT = '2026-03-01T12:00:00.000Z';

/** A case of a message that was found in the ledger. */
export function exampleCase(changes: Partial<Case> = {}): Case {
  return {
    schema: 1,
    caseId: newMailId(Date.parse(AT)),
    receivedAt: AT,
    state: 'found',
    surface: 'cli',
    actor: 'kim',
    reporter: null,
    is: 'scam',
    message: { messageId: 'p1@shop.example', from: 'orla@shop.example', subject: 'Your parcel', date: null },
    digest: null,
    decisionId: null,
    matchedBy: null,
    was: null,
    feedbackId: null,
    check: null,
    fixedBy: null,
    rightSince: null,
    history: [
      { at: AT, state: 'received', note: 'by kim' },
      { at: AT, state: 'found', note: 'was accept as none' },
    ],
    ...changes,
  };
}
