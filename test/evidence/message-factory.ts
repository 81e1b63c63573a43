import { configSchema } from '../../src/config/schema.ts';
import {
  type Evidence,
  type EvidenceSource,
  type FactsBySource,
  factsOf,
  type SourceName,
} from '../../src/evidence/evidence.ts';
import { createSources, gather, type SourceOptions } from '../../src/evidence/gather.ts';
import { type Lists, loadLists } from '../../src/evidence/lists.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { CLEAN_WIRE, type Envelope, type Mail } from '../../src/mail/mail.ts';
import type { HtmlView } from '../../src/message/html-view.ts';
import type { Address, Attachment, Link, Message } from '../../src/message/message.ts';

const DEFAULTS = configSchema.parse({});

/** The lists as they ship. */
export const SHIPPED_LISTS: Lists = loadLists('config/lists', 'config/lists/people.csv');

export function addressOf(address: string, name = ''): Address {
  return { name, address, domain: address.slice(address.lastIndexOf('@') + 1).toLowerCase() };
}

export function linkTo(url: string, changes: Partial<Link> = {}): Link {
  const { hostname, protocol } = new URL(url);
  const scheme = protocol.slice(0, -1);
  return { url, host: hostname, domain: hostname, scheme, where: 'anchor', text: null, ...changes };
}

export function attachmentOf(fileName: string, changes: Partial<Attachment> = {}): Attachment {
  return {
    fileName,
    extension: fileName.includes('.') ? fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase() : '',
    claimedType: 'application/octet-stream',
    realType: null,
    size: 1000,
    sha256: '0'.repeat(64),
    inline: false,
    entries: null,
    encrypted: false,
    macros: false,
    text: '',
    links: 0,
    signs: [],
    ...changes,
  };
}

export function htmlView(changes: Partial<HtmlView> = {}): HtmlView {
  return {
    visibleText:
      'Here are the minutes of our meeting on Tuesday, with the list of what each of us will do by the end of May.',
    hiddenText: '',
    title: '',
    anchors: 0,
    images: 0,
    remoteImages: 0,
    trackingPixels: 0,
    forms: 0,
    passwordInputs: 0,
    inputs: 0,
    scripts: 0,
    iframes: 0,
    metaRefresh: 0,
    invisibleCharacters: 0,
    dataImages: 0,
    splitLinkTexts: 0,
    chars: 1000,
    nodes: 10,
    ...changes,
  };
}

const DATE = new Date('2026-03-02T09:00:00Z');

/** A plain message from one person to another; every field can be changed. */
export function messageOf(changes: Partial<Message> = {}): Message {
  return {
    headers: [
      { name: 'from', value: 'Ines Alder <ines@alder.example>' },
      { name: 'to', value: 'bo@birch.example' },
      { name: 'subject', value: 'The minutes' },
      { name: 'date', value: DATE.toUTCString() },
      { name: 'message-id', value: '<1@alder.example>' },
    ],
    from: [addressOf('ines@alder.example', 'Ines Alder')],
    sender: [],
    replyTo: [],
    to: [addressOf('bo@birch.example')],
    cc: [],
    subject: 'The minutes',
    messageId: '1@alder.example',
    date: DATE,
    text: 'Here are the minutes.',
    html: null,
    visibleText: changes.html?.visibleText ?? changes.text ?? 'Here are the minutes.',
    links: [],
    attachments: [],
    qrCodes: 0,
    parts: [],
    sizeBytes: 500,
    overBudget: [],
    ambiguities: [],
    ...changes,
  };
}

export interface MailChanges extends Partial<Omit<Mail, 'envelope'>> {
  readonly envelope?: Partial<Envelope>;
}

export function mailOf({ envelope, ...changes }: MailChanges = {}): Mail {
  return {
    id: 'test',
    receivedAt: new Date(DATE.getTime() + 60_000),
    content: bufferContent(Buffer.alloc(0)),
    wire: CLEAN_WIRE,
    recordedAuthentication: null,
    ...changes,
    envelope: {
      clientIp: '192.0.2.7',
      clientName: null,
      helo: 'mx.alder.example',
      mailFrom: 'ines@alder.example',
      rcptTo: ['bo@birch.example'],
      ...envelope,
    },
  };
}

/** Authentication as a test wants it. */
export function authenticationOf(
  changes: Partial<FactsBySource['authentication']> = {},
): EvidenceSource<'authentication'> {
  return {
    name: 'authentication',
    onFailure: 'open',
    gather: () => ({
      spf: null,
      spfDomain: '',
      spfAligned: false,
      dkim: null,
      dkimDomains: [],
      dkimAligned: false,
      dmarc: null,
      dmarcPolicy: null,
      arc: null,
      source: 'unknown',
      authenticatedDomain: '',
      dnsFailures: 0,
      ...changes,
    }),
  };
}

export interface Situation {
  readonly mail?: MailChanges;
  readonly authentication?: Partial<FactsBySource['authentication']>;
  readonly options?: Partial<SourceOptions>;
}

/** Our own domain is birch.example, the partner's alder-timber.example. */
export function sourcesOf({ authentication, options }: Pick<Situation, 'authentication' | 'options'> = {}) {
  return createSources({
    identity: { ownDomains: ['birch.example'], partnerDomains: ['alder-timber.example'] },
    failures: {},
    lists: SHIPPED_LISTS,
    authentication: authenticationOf(authentication),
    reputation: null,
    resolver: null,
    dnsLists: DEFAULTS.dnsLists,
    clamd: DEFAULTS.clamd,
    ...options,
  });
}

/** Evidence of a message by all sources. */
export function evidenceOf(message: Partial<Message>, situation: Situation = {}): Promise<Evidence> {
  return gather(mailOf(situation.mail), messageOf(message), sourcesOf(situation));
}

/** Facts of one source; fails the test where it failed. */
export async function factsFrom<S extends SourceName>(
  source: S,
  message: Partial<Message>,
  situation: Situation = {},
): Promise<FactsBySource[S]> {
  const evidence = await evidenceOf(message, situation);
  const facts = factsOf<FactsBySource[S]>(evidence[source]);
  if (facts === null) throw new Error(`${source}: ${JSON.stringify(evidence[source])}`);
  return facts;
}
