import { getDomain } from 'tldts';
import { parseDomain, parseEntry, parseNetwork } from './entry.ts';
import type { Problem } from './error.ts';
import { s3Keys } from './s3-keys.ts';
import type { Config } from './schema.ts';

/** What no single value shows: values that contradict each other, and texts that must be addresses, domains or networks. */
export function crossMistakes(config: Config): Problem[] {
  return [
    ...listenMistakes(config),
    ...outboundMistakes(config),
    ...nextHopMistakes(config),
    ...mailStoreMistakes(config),
    ...portMistakes(config),
    ...thresholdMistakes(config),
    ...listMistakes(config),
  ];
}

function listenMistakes({ gate, milter }: Config): Problem[] {
  if (gate.listen.length > 0 || milter.listen.length > 0) return [];
  return [{ path: ['gate', 'listen'], message: 'nothing to listen at: milter.listen is empty, too' }];
}

function outboundMistakes({ identity, outbound }: Config): Problem[] {
  if (outbound.listen.length === 0) return [];
  const { nextHop } = outbound;
  const where = 'missing: outbound.listen takes mail that has to go somewhere';
  const whose = 'missing: without it nothing that comes to outbound.listen is known as ours';
  return [
    ...(nextHop === null ? [{ path: ['outbound', 'nextHop'], message: where }] : []),
    ...(identity.ownDomains.length === 0 ? [{ path: ['identity', 'ownDomains'], message: whose }] : []),
  ];
}

function nextHopMistakes({ gate, outbound }: Config): Problem[] {
  return Object.entries({ gate, outbound }).flatMap(([name, { nextHop }]) =>
    nextHop === null || !nextHop.verify || nextHop.tls === 'required'
      ? []
      : [{ path: [name, 'nextHop', 'verify'], message: `needs ${name}.nextHop.tls: required` }],
  );
}

function mailStoreMistakes({ quarantine }: Config): Problem[] {
  const { s3, store } = quarantine.mail;
  const path = ['quarantine', 'mail', 's3'];
  if (s3.endpoint?.includes('@'))
    return [
      { path: [...path, 'endpoint'], message: 'has a user in it: keys are accessKeyId and secretAccessKey' },
    ];
  if (store !== 's3') return [];
  const keys = 'missing: give it and its other half, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  return [
    ...(s3.endpoint === null
      ? [{ path: [...path, 'endpoint'], message: 'missing: quarantine.mail.store is s3' }]
      : []),
    ...(s3Keys(s3) === null
      ? [{ path: [...path, s3.accessKeyId === null ? 'accessKeyId' : 'secretAccessKey'], message: keys }]
      : []),
  ];
}

const MAX_PORT = 65_535;

function portMistakes({ clamd, feedback, gate, milter, observe, outbound }: Config): Problem[] {
  const withPort = [
    ...gate.listen.map((text, index) => ({ path: ['gate', 'listen', index], text })),
    ...outbound.listen.map((text, index) => ({ path: ['outbound', 'listen', index], text })),
    ...milter.listen
      .map((text, index) => ({ path: ['milter', 'listen', index], text }))
      .filter(({ text }) => !text.startsWith('/')),
    ...(observe.listen === null ? [] : [{ path: ['observe', 'listen'], text: observe.listen }]),
    ...feedback.mailbox.listen.map((text, index) => ({
      path: ['feedback', 'mailbox', 'listen', index],
      text,
    })),
    ...(feedback.http.listen === null
      ? []
      : [{ path: ['feedback', 'http', 'listen'], text: feedback.http.listen }]),
    ...(clamd.address === null || clamd.address.startsWith('/')
      ? []
      : [{ path: ['clamd', 'address'], text: clamd.address }]),
  ];
  return withPort
    .filter(({ text }) => Number(text.slice(text.lastIndexOf(':') + 1)) > MAX_PORT)
    .map(({ path, text }) => ({
      path,
      message: `expected a port up to ${MAX_PORT}, got ${JSON.stringify(text)}`,
    }));
}

const STEPS = ['tag', 'quarantine', 'reject'] as const;

/** A graver action from a lower score would make the milder one dead; thresholds of a domain inherit the default's. */
function thresholdMistakes({ policy }: Config): Problem[] {
  const named = Object.entries(policy.domains).map(([domain, own]) => ({
    path: ['policy', 'domains', domain],
    all: { ...policy.default, ...own },
  }));
  const sets = [{ path: ['policy', 'default'], all: policy.default }, ...named];
  return sets.flatMap(({ path, all }) => {
    const given = STEPS.flatMap((step) => (typeof all[step] === 'number' ? [{ step, from: all[step] }] : []));
    return given.flatMap(({ step, from }, index) => {
      const milder = given[index - 1];
      if (milder === undefined || milder.from <= from) return [];
      return [{ path, message: `${step} (${from}) is below ${milder.step} (${milder.from})` }];
    });
  });
}

function listMistakes(config: Config): Problem[] {
  const { authentication, gate, identity, policy } = config;
  return [
    ...each(['gate', 'forwarders'], gate.forwarders, parseNetwork, 'an address or network'),
    ...each(['outbound', 'clients'], config.outbound.clients, parseNetwork, 'an address or network'),
    ...each(['gate', 'proxiedFrom'], gate.proxiedFrom, parseNetwork, 'an address or network'),
    ...each(['authentication', 'dns', 'servers'], authentication.dns.servers, parseServer, 'ip or ip:port'),
    ...zoneMistakes(config),
    ...each(['identity', 'ownDomains'], identity.ownDomains, parseDomain, 'a domain'),
    ...each(['identity', 'partnerDomains'], identity.partnerDomains, parseDomain, 'a domain'),
    ...each(['policy', 'allow'], policy.allow, parseAllowed, 'a domain or an address, no public suffix'),
    ...each(['policy', 'block'], policy.block, parseEntry, 'a domain, an address or a network'),
    ...Object.keys(policy.domains)
      .filter((domain) => parseDomain(domain) === null)
      .map((domain) => ({ path: ['policy', 'domains', domain], message: 'expected a domain as the key' })),
  ];
}

/** A zone without a name that can be asked, or answers that no list gives, would never list anything. */
function zoneMistakes({ dnsLists }: Config): Problem[] {
  return (['clients', 'domains'] as const).flatMap((kind) =>
    dnsLists[kind].flatMap(({ zone, accept, mask }, index) => {
      const path = ['dnsLists', kind, index];
      const both = accept.length > 0 && mask !== null;
      return [
        ...each([...path, 'accept'], accept, parseListAnswer, 'an address or network in 127.0.0.0/8'),
        ...(parseDomain(zone) === null
          ? [{ path: [...path, 'zone'], message: `expected a domain, got ${JSON.stringify(zone)}` }]
          : []),
        ...(both ? [{ path: [...path, 'mask'], message: 'accept and mask exclude each other' }] : []),
      ];
    }),
  );
}

function parseListAnswer(text: string) {
  return /^127(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/.test(text) ? parseNetwork(text) : null;
}

function each(
  path: readonly (string | number)[],
  texts: readonly string[],
  parse: (text: string) => unknown,
  expected: string,
): Problem[] {
  return texts.flatMap((text, index) =>
    parse(text) === null
      ? [{ path: [...path, index], message: `expected ${expected}, got ${JSON.stringify(text)}` }]
      : [],
  );
}

/** Networks say nothing of who wrote, and a public suffix would let every stranger below it in. */
function parseAllowed(text: string) {
  const entry = parseEntry(text);
  if (entry === null || entry.kind === 'network') return null;
  const isSuffix = entry.kind === 'domain' && getDomain(entry.domain, { allowPrivateDomains: true }) === null;
  return isSuffix ? null : entry;
}

function parseServer(text: string) {
  const [, bracketed, v4, port = '53'] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? v4 ?? text;
  return Number(port) > MAX_PORT || address.includes('/') ? null : parseNetwork(address);
}
