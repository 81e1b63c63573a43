import type { Decision } from './decision.ts';
import { assess, type Detectors } from './detect/assess.ts';
import { measure } from './detect/features/schema.ts';
import type { EvidenceSources } from './evidence/gather.ts';
import { gather } from './evidence/gather.ts';
import type { Mail } from './mail/mail.ts';
import { type Budgets, parse } from './message/parse.ts';
import { decide, type Policy } from './policy/decide.ts';
import { Stopwatch } from './stopwatch.ts';

/** What inspection works with. Replaced as a whole when the configuration is reloaded. */
export interface Instruments {
  readonly budgets: Budgets;
  readonly sources: EvidenceSources;
  readonly detectors: Detectors;
  readonly policy: Policy;
}

/** The way of a message: bytes → message → evidence → features → assessment → decision. No step reads a later one. */
export async function inspect(mail: Mail, instruments: Instruments): Promise<Decision> {
  const watch = new Stopwatch();
  const message = await watch.time('parse', () => parse(mail.content, instruments.budgets));
  const evidence = await watch.time('gather', () => gather(mail, message, instruments.sources));
  const features = await watch.time('measure', () => measure(evidence));
  const assessment = await watch.time('assess', () =>
    assess({ message, evidence, features }, instruments.detectors),
  );
  return decide(
    { mail, message, evidence, features, assessment, stageSeconds: watch.seconds },
    instruments.policy,
  );
}
