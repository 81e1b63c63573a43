import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { createResolver } from '../../src/evidence/dns/resolver.ts';
import { inspect } from '../../src/inspect.ts';
import { bufferContent } from '../../src/mail/content.ts';
import { openInstruments } from '../../src/service/instruments.ts';
import { type FakeClamd, startFakeClamd } from '../evidence/clamd/fake-clamd.ts';
import { type Zone, zoneUpstream } from '../evidence/dns/zone.ts';
import { mailOf } from '../evidence/message-factory.ts';

const MESSAGE = Buffer.from(
  'From: Ines Alder <ines@alder.example>\r\nTo: bo@birch.example\r\nSubject: The minutes\r\n' +
    'Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@alder.example>\r\n\r\nHere are the minutes of Monday.\r\n',
);

let folder: string;
let server: FakeClamd | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-instruments-'));
});
afterEach(async () => {
  await server?.close();
  server = null;
  await rm(folder, { recursive: true });
});

/** Judges a plain message by rules alone. */
async function judge(settings: string, zone: Zone = {}) {
  const file = join(folder, 'postern.yaml');
  await writeFile(file, `detect: {model: null}\n${settings}`);
  const { config } = loadConfig(file, {});
  const resolver = createResolver(config.authentication.dns, { upstream: zoneUpstream(zone) });
  const instruments = await openInstruments(config, { reputation: null, resolver });
  try {
    const content = bufferContent(MESSAGE);
    return await inspect(mailOf({ content, envelope: { clientIp: '198.51.100.7' } }), instruments);
  } finally {
    await instruments.close();
  }
}

describe('instruments', () => {
  it('ask clamd where it is configured: what it finds is held', async () => {
    server = await startFakeClamd((socket) => socket.end('stream: Our.Test FOUND\0'));
    const { verdict, assessment } = await judge(`clamd: {address: "${server.address}"}`);
    expect(verdict).toBe('quarantine');
    expect(assessment.category).toBe('malware');
    expect(assessment.findings[0]?.words).toBe('ClamAV finds "Our.Test" in it');
  });

  it('tag what clamd could not look at, and defer it where that is wanted', async () => {
    const gone = `clamd: {address: ${join(folder, 'no.sock')}}`;
    expect((await judge(gone)).verdict).toBe('tag');
    expect((await judge(`${gone}\nfailures: {clamd: defer}`)).verdict).toBe('defer');
    expect((await judge(`${gone}\nfailures: {clamd: open}`)).verdict).toBe('accept');
  });

  it('ask lists in DNS where they are configured', async () => {
    const lists = 'dnsLists: {clients: [{zone: bl.example}]}';
    const listed = await judge(lists, { 'A 7.100.51.198.bl.example': ['127.0.0.2'] });
    expect(listed.assessment.findings.map(({ detector }) => detector)).toContain('rule:spam_client_listed');
    const unlisted = await judge(lists);
    expect(unlisted.assessment.findings.map(({ detector }) => detector)).not.toContain(
      'rule:spam_client_listed',
    );
  });

  it('add the lists of the operator to those that ship', async () => {
    await writeFile(join(folder, 'popular.txt'), '7,alder.example\n');
    const { evidence } = await judge('identity: {localLists: .}');
    expect(evidence.sender).toMatchObject({ facts: { popularRank: 1_000 } });
    expect((await judge('identity: {}')).evidence.sender).toMatchObject({ facts: { popularRank: null } });
  });
});
