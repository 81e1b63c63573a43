import { readArchive } from '../../src/message/archive.ts';
import { LONGEST_ENTRY_NAME } from '../../src/message/archives/listing.ts';
import { Unpacker } from '../../src/message/unpacker.ts';
import { archives, PACKED, withTarChecksum } from '../seeds/archives.ts';
import { hold, same, type Target } from '../target.ts';

/** Small enough that inputs reach them. */
const NAMES = 12;
const UNPACKED = 64 * 1_024;
const STREAMS = 20;
/** The path of an entry has the names of the archives around it. */
const LONGEST_PATH = 4 * (LONGEST_ENTRY_NAME + 1);

function read(bytes: Buffer) {
  return readArchive(bytes, NAMES, new Unpacker(UNPACKED, STREAMS));
}

export const target: Target = {
  name: 'archive',
  about: 'the listing of zip, tar, gzip, RAR and 7z archives',
  sources: ['archive', 'unpacker', 'archives/zip', 'archives/tar', 'archives/rar', 'archives/seven-zip'].map(
    (name) => `src/message/${name}.ts`,
  ),
  dictionary: [
    'PK\x03\x04',
    'PK\x01\x02',
    'PK\x05\x06',
    'PK\x06\x06',
    'PK\x06\x07',
    'Rar!\x1a\x07\x00',
    'Rar!\x1a\x07\x01\x00',
    '7z\xbc\xaf\x27\x1c',
    '\x1f\x8b\x08',
    'ustar\x0000',
    '.zip',
    '.tar',
    '.gz',
    '.html',
    '.svg',
    '\x06\xf1\x07\x01',
    '\x11\xbf\xff\0',
    '\xff\xff\xff\xff',
    '\0\0\0\0',
    '00000000007\0',
    ...PACKED,
  ],
  pairs: [],
  maxBytes: 8_192,
  seeds: archives,
  repair: withTarChecksum,
  async run(input) {
    const facts = await read(input);
    same(await read(input), facts, 'the same archive is read alike twice');
    if (facts === null) return;
    hold(facts.entries.length <= NAMES, 'the budget of names holds');
    hold(
      facts.entries.every((name) => name.length <= LONGEST_PATH),
      'a path is bounded',
    );
    hold(
      facts.pages.reduce((sum, page) => sum + page.length, 0) <= UNPACKED + input.length * NAMES,
      'the budget of bytes holds',
    );
    hold(new Set(facts.signs).size === facts.signs.length, 'a sign is named once');
  },
};
