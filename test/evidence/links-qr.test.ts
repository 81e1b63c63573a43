import { describe, expect, it } from 'vitest';
import { factsFrom, linkTo } from './message-factory.ts';

describe('links in QR codes', () => {
  it('are counted and judged like any other', async () => {
    const links = [linkTo('http://192.0.2.9/login', { where: 'qr' }), linkTo('https://alder.example/')];
    expect(await factsFrom('links', { links })).toMatchObject({ count: 2, fromQr: 1, ipHosts: 1 });
  });

  it('that lead nowhere on the web are not counted among those', async () => {
    const payment = {
      url: 'bitcoin:x',
      host: '',
      domain: '',
      scheme: 'bitcoin',
      where: 'qr',
      text: null,
    } as const;
    expect(await factsFrom('links', { links: [payment] })).toMatchObject({ count: 0, fromQr: 0 });
    expect(await factsFrom('links', { links: [linkTo('https://a.example/')] })).toMatchObject({ fromQr: 0 });
  });
});
