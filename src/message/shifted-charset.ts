const ESCAPE = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const CR = 0x0d;
const LF = 0x0a;
const DOLLAR = 0x24;
const TILDE = 0x7e;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** ESC "$" ")" and a letter say which set a shift leads to. */
const DESIGNATION = 4;

/**
 * Charsets of seven bits that shift into a set of two bytes a character, and the eight-bit charset that has the same set with
 * high bytes. ISO-2022-JP is none of these: the platform decodes it.
 */
export const SHIFTED: ReadonlyMap<string, { unshift: (bytes: Uint8Array) => Uint8Array; charset: string }> =
  new Map([
    ['hz-gb-2312', { unshift: unshiftTildes, charset: 'gbk' }],
    ['iso-2022-cn', { unshift: unshiftControls, charset: 'gbk' }],
    ['iso-2022-cn-ext', { unshift: unshiftControls, charset: 'gbk' }],
    ['iso-2022-kr', { unshift: unshiftControls, charset: 'euc-kr' }],
    ['csiso2022kr', { unshift: unshiftControls, charset: 'euc-kr' }],
  ]);

/** Shifts by "~{" and "~}" (RFC 1843); "~~" is a tilde, and one at the end of a line joins it with the next. */
function unshiftTildes(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let shifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1];
    if (byte === TILDE && (next === OPEN || next === CLOSE)) {
      shifted = next === OPEN;
      at += 1;
    } else if (byte === TILDE && !shifted && (next === TILDE || next === LF)) {
      if (next === TILDE) out[length++] = TILDE;
      at += 1;
    } else {
      if (byte === LF) shifted = false;
      out[length++] = raised(byte, shifted);
    }
  }
  return out.subarray(0, length);
}

/** Shifts by SO and SI (RFC 1557, RFC 1922), until the line ends. */
function unshiftControls(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let shifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === ESCAPE && bytes[at + 1] === DOLLAR) at += DESIGNATION - 1;
    else if (byte === SHIFT_OUT || byte === SHIFT_IN) shifted = byte === SHIFT_OUT;
    else {
      if (byte === CR || byte === LF) shifted = false;
      out[length++] = raised(byte, shifted);
    }
  }
  return out.subarray(0, length);
}

function raised(byte: number, shifted: boolean): number {
  return shifted && byte > 0x20 && byte < 0x7f ? byte | 0x80 : byte;
}
