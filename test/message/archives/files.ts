import { deflateRawSync } from 'node:zlib';

/** A zip archive of packed files (APPNOTE.TXT sections 4.3.7, 4.3.12, 4.3.16). */
export function zipOf(files: Readonly<Record<string, Buffer | string>>, method: 0 | 8 = 8): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const whole = Buffer.from(content as Buffer);
    const data = method === 8 ? deflateRawSync(whole) : whole;
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(method, 8);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(whole.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(whole.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    local.push(head, Buffer.from(name), data);
    central.push(entry, Buffer.from(name));
    offset += head.length + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** A tar archive (ustar). */
export function tarOf(files: Readonly<Record<string, Buffer | string>>): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content as Buffer);
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write(data.length.toString(8).padStart(11, '0'), 124);
    head.write('        ', 148);
    head.write('ustar\x0000', 257, 'latin1');
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(head, data, Buffer.alloc((512 - (data.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A RAR 4 archive of empty files; flags of the main header and of each file. */
export function rar4(names: readonly string[], mainFlags = 0, fileFlags = 0): Buffer {
  const main = Buffer.alloc(13);
  main[2] = 0x73;
  main.writeUInt16LE(mainFlags, 3);
  main.writeUInt16LE(13, 5);
  const files = names.map((name) => {
    const head = Buffer.alloc(32 + name.length);
    head[2] = 0x74;
    head.writeUInt16LE(fileFlags, 3);
    head.writeUInt16LE(32 + name.length, 5);
    head.writeUInt16LE(name.length, 26);
    head.write(name, 32, 'latin1');
    return head;
  });
  return Buffer.concat([Buffer.from('Rar!\x1a\x07\x00', 'latin1'), main, ...files]);
}

/** A RAR 5 archive of empty files, with or without the extra record of encryption. */
export function rar5(names: readonly string[], encrypted = false): Buffer {
  const block = (body: readonly number[]) => [0, 0, 0, 0, body.length, ...body];
  const extra = encrypted ? [2, 1, 0] : [];
  const files = names.flatMap((name) => {
    const flags = encrypted ? [1, extra.length] : [0];
    return block([2, ...flags, 0, 0, 0, 0, 0, name.length, ...Buffer.from(name), ...extra]);
  });
  return Buffer.concat([
    Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'),
    Buffer.from([...block([1, 0, 0]), ...files]),
  ]);
}

/** A 7z archive with an unpacked header that names these files. */
export function sevenZip(names: readonly string[]): Buffer {
  const text = Buffer.from(`${names.join('\0')}\0`, 'utf16le');
  const header = Buffer.concat([
    Buffer.from([1, 5, names.length, 0x11, text.length + 1, 0]),
    text,
    Buffer.from([0, 0]),
  ]);
  const start = Buffer.alloc(32);
  start.write('7z\xbc\xaf\x27\x1c', 'latin1');
  start.writeUInt32LE(header.length, 20);
  return Buffer.concat([start, header]);
}
