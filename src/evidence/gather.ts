import type { Config } from '../config/schema.ts';
import type { FailureOutcome, FailureReason } from '../detect/finding.ts';
import type { Mail } from '../mail/mail.ts';
import type { Message } from '../message/message.ts';
import type { Reputation } from '../reputation/reputation.ts';
import { LEFT_OUT, Steps } from '../steps.ts';
import { ambiguitySource } from './ambiguity.ts';
import { attachmentsSource } from './attachments.ts';
import { clamdSource } from './clamd.ts';
import type { Resolver } from './dns/resolver.ts';
import { dnsListsSource } from './dns-lists.ts';
import {
  type Evidence,
  EvidenceFailure,
  type EvidenceSource,
  type FactsBySource,
  type Outcome,
  type SourceName,
} from './evidence.ts';
import type { NetworkTable } from './footprint/network-table.ts';
import { footprintSource } from './footprint.ts';
import { headersSource } from './headers.ts';
import { htmlSource } from './html.ts';
import { languageSource } from './language.ts';
import { linksSource } from './links.ts';
import type { Lists } from './lists.ts';
import { Lookalikes } from './names/lookalike.ts';
import { reputationSource } from './reputation.ts';
import { senderSource } from './sender.ts';

/** Called for each source that failed, with what is done instead. */
export type OnFailure = (source: SourceName, reason: FailureReason, outcome: FailureOutcome) => void;

/** All sources of facts, and what happens when one fails. */
export interface EvidenceSources {
  readonly sources: { readonly [S in SourceName]: EvidenceSource<S> };
  /** By configuration; what is not given is the source's own choice. */
  readonly failures: { readonly [S in SourceName]?: FailureOutcome | undefined };
  /** For a source that crashed or hung inspection before, where `failures` has nothing: not the world failed, but this message broke it. */
  readonly leftOut: FailureOutcome;
  readonly onFailure: OnFailure;
}

/**
 * All that can be known about a message, source by source, each reading those before it. A source that fails is an
 * outcome in the evidence; this never throws.
 */
export async function gather(
  mail: Mail,
  message: Message,
  sources: EvidenceSources,
  steps: Steps = new Steps(mail.envelope.mailFrom),
): Promise<Evidence> {
  const run = <S extends SourceName>(name: S, before: Partial<Evidence>) =>
    steps.leftOut.has(`evidence:${name}`)
      ? Promise.resolve(leftOut<S>(name, sources))
      : outcomeOf(name, sources, (source) =>
          steps.run(`evidence:${name}`, () => source.gather(mail, message, before)),
        );
  // clamd reads nothing but the mail: its answer is fetched while the other sources work.
  const scanned = run('clamd', {});
  const authentication = await run('authentication', {});
  const sender = await run('sender', { authentication });
  const who = { authentication, sender };
  const headers = await run('headers', who);
  const links = await run('links', { ...who, headers });
  const listed = run('dnsLists', { ...who, headers, links });
  const html = await run('html', { ...who, headers, links });
  const attachments = await run('attachments', { ...who, headers, links, html });
  const language = await run('language', { ...who, headers, links, html, attachments });
  const content = { headers, links, html, attachments, language };
  const footprint = await run('footprint', { ...who, ...content });
  const reputation = await run('reputation', { ...who, ...content, footprint });
  const remembered = { footprint, reputation };
  const ambiguity = await run('ambiguity', { ...who, ...content, ...remembered });
  return { ...who, ...content, ...remembered, ambiguity, dnsLists: await listed, clamd: await scanned };
}

/** Words about a failure are kept in the ledger; a stack of causes is not. */
const DETAIL_CHARS = 200;

function leftOut<S extends SourceName>(name: S, sources: EvidenceSources): Outcome<FactsBySource[S]> {
  const outcome = sources.failures[name] ?? sources.leftOut;
  sources.onFailure(name, 'error', outcome);
  return { status: 'failed', reason: 'error', detail: LEFT_OUT, outcome };
}

async function outcomeOf<S extends SourceName>(
  name: S,
  { sources, failures, onFailure }: EvidenceSources,
  gatherFacts: (source: EvidenceSource<S>) => FactsBySource[S] | Promise<FactsBySource[S]>,
): Promise<Outcome<FactsBySource[S]>> {
  const source: EvidenceSource<S> = sources[name];
  try {
    const facts = await gatherFacts(source);
    const missing = source.shortfall?.(facts) ?? null;
    if (missing === null) return { status: 'ok', facts };
    const outcome = failures[name] ?? source.onFailure;
    onFailure(name, missing.reason, outcome);
    return { status: 'ok', facts, shortfall: { ...missing, outcome } };
  } catch (error) {
    const reason = error instanceof EvidenceFailure ? error.reason : 'error';
    const outcome = failures[name] ?? source.onFailure;
    onFailure(name, reason, outcome);
    const detail = (error instanceof Error ? error.message : String(error)).slice(0, DETAIL_CHARS);
    return { status: 'failed', reason, detail, outcome };
  }
}

export interface SourceOptions {
  readonly identity: Pick<Config['identity'], 'ownDomains' | 'partnerDomains'>;
  readonly failures: EvidenceSources['failures'];
  readonly leftOut?: FailureOutcome;
  readonly lists: Lists;
  readonly authentication: EvidenceSource<'authentication'>;
  /** Null is no memory: everybody is new. */
  readonly reputation: Pick<Reputation, 'lookup'> | null;
  /** Autonomous systems and countries of networks; without, they are unknown. */
  readonly networks?: NetworkTable | null;
  /** Null never asks lists in DNS. */
  readonly resolver: Resolver | null;
  readonly dnsLists: Config['dnsLists'];
  readonly clamd: Config['clamd'];
  readonly onFailure?: OnFailure;
}

/** All sources, made once per configuration: the indexes of names are built here. */
export function createSources(options: SourceOptions): EvidenceSources {
  const { identity, lists } = options;
  const { ownDomains } = identity;
  const lookalikes = new Lookalikes({
    own: ownDomains,
    partners: identity.partnerDomains,
    brands: lists.brands,
    innocent: lists.freemail,
  });
  return {
    sources: {
      authentication: options.authentication,
      sender: senderSource({ lists, lookalikes, ownDomains }),
      footprint: footprintSource({ lists, networks: options.networks ?? null }),
      reputation: reputationSource(options.reputation),
      headers: headersSource(ownDomains),
      links: linksSource({ lists, lookalikes }),
      html: htmlSource(),
      attachments: attachmentsSource(),
      language: languageSource(lists),
      ambiguity: ambiguitySource(),
      dnsLists: dnsListsSource({ settings: options.dnsLists, resolver: options.resolver }),
      clamd: clamdSource(options.clamd),
    },
    failures: options.failures,
    leftOut: options.leftOut ?? 'tag',
    onFailure: options.onFailure ?? (() => undefined),
  };
}
