import { Mistake } from '../../mistake.ts';
import type { DetectorStatus } from '../finding.ts';

/** Status of a rule or model as it is configured: a canary decides for a stable share of the mail and sees the rest in shadow. */
export type Status = DetectorStatus | `canary: ${number}%`;

const PATTERN = /^(active|shadow|off|canary: ?(100|\d{1,2}(?:\.\d+)?)%)$/;

/** A text that is no status. */
export class StatusMistake extends Mistake {
  override readonly name = 'StatusMistake';
}

/** The status that a text says, in one spelling. Throws StatusMistake. */
export function parseStatus(text: string): Status {
  const match = PATTERN.exec(text.trim());
  if (match === null)
    throw new StatusMistake(`${JSON.stringify(text)} is no status: active, shadow, off or canary:5%`);
  return match[2] === undefined ? (match[1] as DetectorStatus) : `canary: ${Number(match[2])}%`;
}

export function isStatus(text: string): boolean {
  return PATTERN.test(text.trim());
}

/** The share of mail that a detector of this status decides for: 0 to 1. */
export function shareOf(status: Status): number {
  if (status === 'active') return 1;
  return status.startsWith('canary') ? Number(status.slice('canary: '.length, -1)) / 100 : 0;
}

export function isCanary(status: Status): boolean {
  return status.startsWith('canary');
}
