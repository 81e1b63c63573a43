/** Characters of a calendar file that are kept: an invitation with a long agenda has some thousand. */
const CALENDAR_CHARS = 64 * 1024;

/** Text of a calendar file with its folded lines joined (RFC 5545 section 3.1). */
export function unfoldCalendar(text: string): string {
  return text.slice(0, CALENDAR_CHARS).replace(/\r?\n[ \t]/g, '');
}

/** The same with its escapes undone (section 3.3.11), which stand behind links where a line ends. */
export function calendarText(unfolded: string): string {
  return unfolded.replace(/\\[nN]/g, '\n').replace(/\\([,;\\])/g, '$1');
}
