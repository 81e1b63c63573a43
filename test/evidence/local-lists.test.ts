import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListError, loadLists } from '../../src/evidence/lists.ts';

describe('lists of the operator', () => {
  let local: string;

  beforeEach(() => {
    local = mkdtempSync(join(tmpdir(), 'postern-local-lists-'));
  });
  afterEach(() => rmSync(local, { recursive: true }));

  const load = () => loadLists('config/lists', null, local);
  const write = (name: string, content: string) => writeFileSync(join(local, name), content);

  it('are added to those that ship', () => {
    write('freemail.txt', 'post.alder.example\n');
    write('disposable.txt', 'gone.example\n');
    write('shorteners.txt', 'go.example\n');
    write('free-hosting.txt', 'pages.example\n');
    write('file-sharing.txt', 'files.example\n');
    write('suspicious-tlds.txt', 'odd\n');
    write('brands.txt', 'Alder Bank: alder-bank.example\n');
    write('redirectors.txt', 'alder.example /go url redirect\n');
    write('popular.txt', '5000,alder.example\n9,paypal.com\n');
    const lists = load();
    expect(lists.freemail.has('post.alder.example') && lists.freemail.has('gmail.com')).toBe(true);
    expect(lists.disposable.has('gone.example') && lists.disposable.has('yopmail.com')).toBe(true);
    expect(lists.shorteners.has('go.example') && lists.shorteners.has('bit.ly')).toBe(true);
    expect(lists.freeHosting.has('x.pages.example')).toBe(true);
    expect(lists.fileSharing.has('files.example')).toBe(true);
    expect(lists.suspiciousTlds.has('odd') && lists.suspiciousTlds.has('icu')).toBe(true);
    expect(lists.brands.ownerOf('alder-bank.example')?.name).toBe('Alder Bank');
    expect(lists.redirectors.match('alder.example', 'https://alder.example/go?url=x')).not.toBeNull();
    expect(lists.popularity.among('alder.example')).toBe(10_000);
    expect(lists.popularity.among('paypal.com')).toBe(1_000);
  });

  it('may be none', () => {
    expect(load().freemail.has('gmail.com')).toBe(true);
  });

  it('tell their mistakes with their own file and line', () => {
    write('freemail.txt', '# ours\nno domain\n');
    expect(load).toThrow(ListError);
    expect(load).toThrow(`${join(local, 'freemail.txt')}:2: "no domain" is not a domain`);
  });

  it('must have their folder', () => {
    expect(() => loadLists('config/lists', null, join(local, 'missing'))).toThrow(
      `${join(local, 'missing')}: cannot be read`,
    );
  });
});
