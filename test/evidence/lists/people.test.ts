import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListError } from '../../../src/evidence/lists/list-file.ts';
import { People } from '../../../src/evidence/lists/people.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-people-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, 'people');
function load(content: string): People {
  writeFileSync(file(), content);
  return People.load(file());
}

const ADA = {
  name: 'Ada Linden',
  addresses: ['ada@birch.example', 'a.linden@birch.example'],
  role: 'Director',
};

describe('protected people', () => {
  it.each([
    ['our own lines', '# ours\nAda Linden,Ada@birch.example a.linden@birch.example,Director\n'],
    ['semicolons', 'displayName;mail;title\nAda Linden;ada@birch.example a.linden@birch.example;Director\n'],
    [
      'columns in any order',
      'dn,title,mail,cn\n"cn=x,dc=y",Director,"ada@birch.example, a.linden@birch.example",Ada Linden\n',
    ],
    [
      'an export of Active Directory',
      '\uFEFF"Name";"EmailAddress";"proxyAddresses";"Title"\r\n"Ada Linden";"ada@birch.example";"SMTP:ada@birch.example smtp:a.linden@birch.example X500:/o=x@y";"Director"\r\n',
    ],
    [
      'LDIF',
      'dn: uid=ada,dc=birch,dc=example\ndisplayName: Ada Linden\nmail: ada@birch.example\nmail: a.linden@birch.example\ntitle: Director\n',
    ],
    [
      'LDIF with a version',
      'version: 1\n\n# ada, birch.example\ndn: uid=ada\r\ncn: A. Linden\r\ndisplayName: Ada\r\n  Linden\r\nmail: ada@birch.\r\n example\r\nproxyAddresses: smtp:a.linden@birch.example\r\ntitle;lang-en:: RGlyZWN0b3I=\r\n',
    ],
  ])('are read from %s', (_form, content) => {
    expect(load(content).named('Linden, Ada')).toEqual(ADA);
  });

  it('are read in base64, as LDIF writes what is not ASCII', () => {
    const name = Buffer.from('Zoë Þórsdóttir').toString('base64');
    const people = load(
      `dn: uid=z\ndisplayName:: ${name}\nmail: zoe@birch.example\n\ndn: uid=b\ncn: Bo Elm\nmail: bo@birch.example\n`,
    );
    expect(people.named('Zoë Þórsdóttir')?.addresses).toEqual(['zoe@birch.example']);
    expect(people.named('Bo Elm')?.addresses).toEqual(['bo@birch.example']);
  });

  it('of an export are those with a whole name and an address', () => {
    const people = load(
      'displayName;mail\nScanner;scan@birch.example\nAda Linden;\n;x@birch.example\nBo Elm;none\n',
    );
    expect([people.named('Scanner'), people.named('Ada Linden'), people.named('Bo Elm')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('of one name have the addresses of both', () => {
    const people = load(
      'Ada Linden,ada@birch.example,Director\nLinden Ada,ada@oak.example ada@birch.example,Clerk\n',
    );
    expect(people.named('Ada Linden')).toEqual({
      name: 'Ada Linden',
      addresses: ['ada@birch.example', 'ada@oak.example'],
      role: 'Director',
    });
  });

  it('in a table have no more fields than it has columns', () => {
    expect(() => load('displayName;mail\nAda Linden;ada@birch.example;Director\n')).toThrow(
      `${file()}:2: 3 fields under 2 columns`,
    );
  });

  it('are people or a mistake of the operator, whatever the file holds', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'dn: ',
        'mail: ',
        'displayName;mail;title\n',
        '\n',
        '\n\n',
        ';',
        ',',
        '"',
        ': ',
        ':: ',
        ' ',
      ),
      fc.emailAddress(),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          load(pieces.join(''));
        } catch (error) {
          if (!(error instanceof ListError)) throw error;
        }
      }),
    );
  });
});
