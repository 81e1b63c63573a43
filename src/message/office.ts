const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
/** Names in the directory of a compound file that only a VBA project has ([MS-OVBA] section 2.2). */
const MACRO_STREAMS = ['_VBA_PROJECT', 'VBA_PROJECT_CUR', 'PROJECTwm'].map((name) =>
  Buffer.from(name, 'utf16le'),
);
/** The stream of an encrypted OOXML file ([MS-OFFCRYPTO] section 2.3.4.4). */
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

export interface OfficeFacts {
  readonly macros: boolean;
  readonly encrypted: boolean;
}

/** Looks for macros and encryption in an OLE compound file by the names of its streams; null where it is none. */
export function oleFacts(bytes: Buffer): OfficeFacts | null {
  if (!bytes.subarray(0, OLE.length).equals(OLE)) return null;
  return {
    macros: MACRO_STREAMS.some((name) => bytes.includes(name)),
    encrypted: bytes.includes(ENCRYPTED_PACKAGE),
  };
}

/** Whether the entries of an OOXML file hold a macro project. */
export function ooxmlMacros(entries: readonly string[]): boolean {
  return entries.some((name) => /(^|[/\\])vbaProject\.bin$/i.test(name));
}
