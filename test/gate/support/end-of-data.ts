/** What some server has taken for the end of the data at some time (CVE-2023-51764, 51765, 51766), and stuffed dots after bare line ends. */
export const END_OF_DATA_VARIANTS = [
  '\n.\n',
  '\n.\r',
  '\r.\n',
  '\r.\r',
  '\n.\r\n',
  '\r.\r\n',
  '\r\n.\r',
  '\r\n.\n',
  '\r\n\0.\r\n',
  '\r\n.\r\r\n',
  '\r\r\n.\r\r\n',
  '\n..\r\n',
  '\r..\r\n',
  '\n..\n',
] as const;

/** The second message that would be found behind the end of the first. */
export const SMUGGLED =
  'MAIL FROM:<evil@example.org>\r\nRCPT TO:<eve@inbox.example>\r\nDATA\r\nSubject: evil\r\n\r\nevil\r\n';

/** A message in two pieces, cut within or at the ends of the variant that is in it. */
export interface Cut {
  readonly first: string;
  readonly rest: string;
}

/** The message `before`, variant, second message; once for each place at which the variant can be cut. */
export function cuts(before: string, variant: string): Cut[] {
  return Array.from({ length: variant.length + 1 }, (_, cut) => ({
    first: before + variant.slice(0, cut),
    rest: variant.slice(cut) + SMUGGLED,
  }));
}
