import { describe, expect, it } from 'vitest';
import { Popularity } from '../../src/evidence/lists/popularity.ts';
import { addressOf, factsFrom, linkTo, SHIPPED_LISTS } from './message-factory.ts';

const lists = {
  ...SHIPPED_LISTS,
  popularity: new Popularity(
    [
      '1,gmail.com',
      '2,bit.ly',
      '3,dropbox.com',
      '4,onmicrosoft.com',
      '20000,elm.example',
      '5,oak.example',
    ].map((text, at) => ({ text, at: `popular.txt:${at + 1}` })),
  ),
};
const rankOf = async (address: string) =>
  (await factsFrom('sender', { from: [addressOf(address)] }, { options: { lists } })).popularRank;
const shareOf = async (...urls: string[]) =>
  (await factsFrom('links', { links: urls.map((url) => linkTo(url)) }, { options: { lists } })).popularShare;

describe('a popular sender', () => {
  it('is known by the organisation of From, whatever the host', async () => {
    expect(await rankOf('news@mail.oak.example')).toBe(1_000);
    expect(await rankOf('news@elm.example')).toBe(100_000);
    expect(await rankOf('news@notoak.example')).toBeNull();
  });

  it.each(['anybody@gmail.com', 'anybody@tenant.onmicrosoft.com'])(
    'is not %s, where anybody gets an address',
    async (address) => expect(await rankOf(address)).toBeNull(),
  );

  it('is nobody where From has no address', async () => expect(await rankOf('')).toBeNull());
});

describe('the share of popular links', () => {
  it('counts links to well-known organisations', async () => {
    expect(
      await shareOf('https://www.oak.example/', 'https://elm.example/', 'https://evil.example/'),
    ).toBeCloseTo(2 / 3);
  });

  it('counts no places where anybody puts a page, a file or a short link', async () => {
    expect(
      await shareOf('https://bit.ly/x', 'https://www.dropbox.com/s/x', 'https://oak.example/'),
    ).toBeCloseTo(1 / 3);
  });

  it('is unknown without links', async () => expect(await shareOf()).toBeNull());
});

describe('the popular organisations that ship', () => {
  it('are enough, of all kinds, and none is a place for anybody', () => {
    const { popularity } = SHIPPED_LISTS;
    expect(popularity.size).toBeGreaterThan(400);
    for (const host of ['paypal.com', 'amazon.de', 'bahn.de', 'www.gov.uk', 'cam.ac.uk', 'lemonde.fr']) {
      expect([host, popularity.among(host)]).toEqual([host, 10_000]);
    }
    for (const host of ['gmail.com', 'outlook.com', 'web.de', 'blogspot.com', 'mailinator.com', 'bit.ly']) {
      expect([host, popularity.among(host)]).toEqual([host, null]);
    }
  });
});
