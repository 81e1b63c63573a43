import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { rar4, rar5, sevenZip, tarOf, zipOf } from '../../test/message/archives/files.ts';
import { objectStream, pdf, stream } from '../../test/message/pdf/files.ts';

/** Small archives of each kind that is read, some inside of others, one locked, one damaged. */
export function archives(): Buffer[] {
  const inner = zipOf({ 'b.exe': 'MZ', 'c.html': '<a href="http://a.example/">x</a>' });
  const tar = tarOf({ 'a.txt': 'hello', 'b.zip': inner });
  return [
    zipOf({ 'a.txt': 'hello', 'in.zip': inner }),
    zipOf({ 'page.svg': '<svg/>', 'x.tar': tar }, 0),
    zipOf({ 'a.txt': 'hello' }).subarray(0, -30),
    tar,
    gzipSync(tar),
    gzipSync(Buffer.alloc(5_000, 'a')),
    rar4(['a.exe', 'b\0\x01\x02'], 0, 4),
    rar4([], 0x80),
    rar5(['a.js', 'b.txt']),
    rar5(['locked.exe'], true),
    sevenZip(['a.exe', 'b/c.txt']),
  ];
}

/** The checksum of a tar header over which something was written; other archives stay as they are. */
export function withTarChecksum(input: Buffer): Buffer {
  if (input.length < 512 || input.toString('latin1', 257, 262) !== 'ustar') return input;
  const repaired = Buffer.from(input);
  repaired.write('        ', 148, 'latin1');
  const sum = repaired.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  repaired.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return repaired;
}

/** Small PDFs: links in plain, in hex, in compressed objects; forms, scripts, images. */
export function pdfs(): Buffer[] {
  const image = deflateSync(Buffer.alloc(64 * 64, 200));
  return [
    pdf('<</Type/Annot/A<</S/URI/URI(http://a.example/\\(x\\))>>>>', '<</S/JavaScript/JS(app.alert(1))>>'),
    pdf('<</S/#55RI/URI<687474703a2f2f622e6578616d706c652f>>>', '<</S/Launch/F(cmd.exe)>>'),
    pdf(objectStream('1 0 <</URI(http://c.example/)/F(https://d.example/)>>'), '<</Encrypt 5 0 R>>'),
    pdf(
      stream(
        '/Subtype/Image/Width 64/Height 64/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode',
        image,
      ),
    ),
    pdf(
      stream(
        '/Subtype/Image/ImageMask true/Width 80/Height 80/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 80>>',
        deflateSync(Buffer.alloc(80 * 11, 3)),
      ),
    ),
    pdf('<</URI(\xfe\xff\0h\0t\0t\0p)>>', stream('', 'stream\nendstream')),
  ];
}

/** Data packed as the parts of archives are. */
export const PACKED: readonly string[] = [
  deflateRawSync(Buffer.alloc(300, 'a')),
  deflateSync(Buffer.alloc(300, 'a')),
].map((data) => data.toString('latin1'));
