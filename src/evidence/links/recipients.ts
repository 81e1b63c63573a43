/** `/a@b.c` */
const SHORTEST_ADDRESS = 6;
/** A link is made for one recipient; a message with more than these is not made for each. */
const RECIPIENTS = 16;

/** Ways to write a recipient into a link: as it is, percent-encoded, in base64 without padding. */
export function spellings(recipients: readonly string[]): readonly string[] {
  return recipients
    .slice(0, RECIPIENTS)
    .filter((recipient) => recipient !== '')
    .flatMap((recipient) => [
      recipient,
      encodeURIComponent(recipient.toWellFormed()).toLowerCase(),
      Buffer.from(recipient).toString('base64').replace(/=+$/, ''),
    ]);
}

/** Is a recipient written into the path or query, in one of the spellings? */
export function holdsRecipient(rest: string, recipients: readonly string[]): boolean {
  if (rest.length < SHORTEST_ADDRESS) return false;
  const lower = rest.toLowerCase();
  return recipients.some((spelling) => lower.includes(spelling) || rest.includes(spelling));
}
