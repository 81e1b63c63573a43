import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import { authenticationSource } from '../../src/evidence/authentication.ts';
import type { Upstream } from '../../src/evidence/dns/answer.ts';
import { createResolver } from '../../src/evidence/dns/resolver.ts';
import { bufferContent } from '../../src/mail/content.ts';
import {
  CLEAN_WIRE,
  type Content,
  type Envelope,
  type Mail,
  type RecordedAuthentication,
} from '../../src/mail/mail.ts';
import type { Address, Message } from '../../src/message/message.ts';
import { type Zone, zoneUpstream } from './dns/zone.ts';

export const CLIENT = '198.51.100.7';

export const DNS = {
  enabled: true,
  servers: [],
  questionTimeoutMs: 500,
  messageTimeoutMs: 1000,
  cacheEntries: 1000,
  questionsPerMessage: 60,
};

export interface Case {
  readonly from?: string;
  /** Replaces the From addresses that the message view has. */
  readonly seenFrom?: readonly string[];
  readonly bytes?: Buffer;
  readonly zone?: Zone;
  /** Gets every question. */
  readonly asked?: string[];
  readonly content?: Content;
  readonly envelope?: Partial<Envelope>;
  readonly recorded?: RecordedAuthentication;
  readonly headers?: Message['headers'];
  readonly trusted?: readonly string[];
  readonly live?: boolean;
}

/** The facts of authentication for a case, with a DNS that knows only the zone. */
export function factsFor(case_: Case) {
  const from = case_.from ?? 'ann@shop.example';
  const answers = zoneUpstream(case_.zone ?? {});
  const upstream: Upstream = (name, type) => {
    case_.asked?.push(`${type} ${name}`);
    return answers(name, type);
  };
  const source = authenticationSource({
    resolver: case_.live === false ? null : createResolver(DNS, { upstream }),
    dns: DNS,
    mta: 'mx.example.net',
    trustedAuthservIds: case_.trusted ?? [],
  });
  return source.gather(mailOf(case_, from), messageOf(case_, from), {});
}

/** A mail from `from`, unsigned. */
export function mailBytes(from: string, body = 'The goods are on the way.\r\n'): Buffer {
  return Buffer.from(
    `From: Ann <${from}>\r\nTo: bob@example.com\r\nSubject: Your order\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n` +
      `Message-ID: <1@shop.example>\r\n\r\n${body}`,
  );
}

const KEYS = new Map<number, ReturnType<typeof rsaKeys>>();

function rsaKeys(bits: number) {
  return generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

export function keysOf(bits = 1024) {
  const keys = KEYS.get(bits) ?? rsaKeys(bits);
  KEYS.set(bits, keys);
  return keys;
}

/** The key record of `domain`. */
export function keyZone(domain: string, bits = 1024): Zone {
  const text = `v=DKIM1; k=rsa; p=${keysOf(bits).publicKey.toString('base64')}`;
  return { [`TXT s1._domainkey.${domain}`]: [[text.slice(0, 200), text.slice(200)]] };
}

export async function signed(
  bytes: Buffer,
  domain: string,
  options: { bits?: number; maxBodyLength?: number; algorithm?: string } = {},
): Promise<Buffer> {
  const { bits, ...rest } = options;
  const { signatures, errors } = await dkimSign(bytes, {
    signingDomain: domain,
    selector: 's1',
    privateKey: keysOf(bits).privateKey,
    canonicalization: 'relaxed/relaxed',
    ...rest,
    signatureData: [{ signingDomain: domain, selector: 's1', privateKey: keysOf(bits).privateKey, ...rest }],
  });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return Buffer.concat([Buffer.from(signatures), bytes]);
}

/** Mail and message of a case, for a source of one's own. */
export function caseMail(case_: Case): [Mail, Message] {
  const from = case_.from ?? 'ann@shop.example';
  return [mailOf(case_, from), messageOf(case_, from)];
}

function mailOf(case_: Case, from: string): Mail {
  return {
    id: 'm1',
    receivedAt: new Date('2026-11-02T10:00:05Z'),
    envelope: {
      clientIp: CLIENT,
      clientName: null,
      helo: 'mail.shop.example',
      mailFrom: from,
      rcptTo: ['bob@example.com'],
      ...case_.envelope,
    },
    content: case_.content ?? bufferContent(case_.bytes ?? mailBytes(from)),
    wire: CLEAN_WIRE,
    recordedAuthentication: case_.recorded ?? null,
  };
}

/** Only what the source reads of a message. */
function messageOf(case_: Case, from: string): Message {
  const addresses: Address[] = (case_.seenFrom ?? [from]).map((address) => ({
    name: '',
    address,
    domain: address.slice(address.lastIndexOf('@') + 1),
  }));
  return {
    headers: case_.headers ?? [],
    from: addresses,
    sender: [],
    replyTo: [],
    to: [],
    cc: [],
    subject: '',
    messageId: '',
    date: null,
    text: '',
    html: null,
    visibleText: '',
    links: [],
    attachments: [],
    qrCodes: 0,
    parts: [],
    sizeBytes: 0,
    overBudget: [],
    ambiguities: [],
  };
}
