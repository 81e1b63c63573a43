import { describe, expect, it } from 'vitest';
import { magicType } from '../../src/message/magic.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const at = (offset: number, bytes: string, after = 0) =>
  Buffer.concat([Buffer.alloc(offset), latin1(bytes), Buffer.alloc(after)]);

describe('magic bytes', () => {
  it.each([
    ['a shortcut', latin1(`L\0\0\0\x01\x14\x02\0${'\0'.repeat(80)}`), 'application/x.ms.shortcut'],
    [
      'OneNote',
      latin1(`\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3${'\0'.repeat(80)}`),
      'application/onenote',
    ],
    ['compiled help', latin1('ITSF\x03\0\0\0'), 'application/vnd.ms-htmlhelp'],
    ['a growing VHD', latin1('conectix'), 'application/x-virtualbox-vhd'],
    ['a fixed VHD', at(2_048, 'conectix', 504), 'application/x-virtualbox-vhd'],
    ['VHDX', latin1('vhdxfile'), 'application/x-virtualbox-vhdx'],
    ['ISO 9660', at(0x8001, 'CD001'), 'application/x-iso9660-image'],
    ['UDF', at(0x8001, 'BEA01'), 'application/x-iso9660-image'],
    ['an HTML application', latin1('<html><hta:application id=x>'), 'application/hta'],
    ['a program', latin1(`MZ${'\0'.repeat(80)}`), 'application/x-msdownload'],
  ])('of %s tell its type', async (_kind, bytes, type) => {
    expect(await magicType(bytes)).toBe(type);
  });

  it.each([
    ['text', latin1('plain text')],
    ['nothing', Buffer.alloc(0)],
    ['an image cut before its mark', at(0x8001, 'CD00')],
    ['a disk whose mark is elsewhere', at(2_048, 'conectix', 505)],
    ['a page', latin1('<html><script>x</script>')],
  ])('of %s tell nothing', async (_kind, bytes) => {
    expect(await magicType(bytes)).toBeNull();
  });
});
