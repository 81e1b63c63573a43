import type { Decision } from '../decision.ts';
import type { FailureReason } from '../detect/finding.ts';
import { bufferContent, fileContent } from '../mail/content.ts';
import type { Mail } from '../mail/mail.ts';
import type { ReputationKey, Standing } from '../reputation/reputation.ts';
import type { StepName } from '../steps.ts';

/** A mail as it goes to a worker: its bytes, or the file that holds them. */
export interface MailOnWire extends Omit<Mail, 'content'> {
  readonly content: Uint8Array | { readonly path: string; readonly size: number };
}

/** What the gate says to a worker. */
export type ToWorker =
  | {
      readonly kind: 'inspect';
      readonly job: number;
      readonly mail: MailOnWire;
      readonly leftOut: readonly StepName[];
    }
  | { readonly kind: 'standings'; readonly lookup: number; readonly answer: StandingsOnWire };

/** What a worker says to the gate. `step` and `beat` come from trial processes only; threads have shared memory. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly model: string | null; readonly degraded: string | null }
  | { readonly kind: 'decided'; readonly job: number; readonly decision: Decision }
  | { readonly kind: 'failed'; readonly job: number; readonly step: StepName | null; readonly detail: string }
  | {
      readonly kind: 'lookup';
      readonly lookup: number;
      readonly keys: readonly ReputationKey[];
      readonly at: Date;
    }
  | { readonly kind: 'step'; readonly step: StepName | null }
  | { readonly kind: 'beat' };

export type StandingsOnWire =
  | { readonly standings: ReadonlyMap<ReputationKey, Standing> }
  | { readonly reason: FailureReason; readonly detail: string };

/** For a worker. Bytes in memory are copied: a Buffer may be a window into memory that others use. */
export async function toWire({ content, ...mail }: Mail): Promise<MailOnWire> {
  if (content.path !== undefined) return { ...mail, content: { path: content.path, size: content.size } };
  return { ...mail, content: new Uint8Array(await content.head(content.size)) };
}

export function fromWire({ content, ...mail }: MailOnWire): Mail {
  if (!(content instanceof Uint8Array)) return { ...mail, content: fileContent(content.path, content.size) };
  return { ...mail, content: bufferContent(Buffer.from(content.buffer, content.byteOffset, content.length)) };
}
