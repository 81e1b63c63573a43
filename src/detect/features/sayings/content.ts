import { quote } from '../../rules/quote.ts';
import { MEASURED_THEMES, snakeCase, THEME_WORDS } from '../language.ts';
import { about, type Sayings, when } from './saying.ts';

const THEMES: Sayings = Object.fromEntries(
  MEASURED_THEMES.map((theme) => [
    `language_${snakeCase(theme)}`,
    about('language', ({ examples }) => {
      const phrases = examples[theme] ?? [];
      return phrases.length === 0
        ? `It says nothing of ${THEME_WORDS[theme]}`
        : `It speaks of ${THEME_WORDS[theme]}: ${phrases.map(quote).join(', ')}`;
    }),
  ]),
);

/** A note, a letter, a page. */
const NOTE = 60;
const LETTER = 200;
/** Hours apart that are a matter of queues. */
const QUEUE_HOURS = 2;
const DAY_HOURS = 24;

function time(hours: number): string {
  return hours < 2 * DAY_HOURS ? `${Math.round(hours)} hours` : `${Math.round(hours / DAY_HOURS)} days`;
}

const NO_HTML = 'It is plain text, without HTML';

export const CONTENT: Sayings = {
  ...THEMES,
  language_words: about('language', ({ words }) =>
    words === 0
      ? 'It has no text'
      : words < NOTE
        ? 'The text is short'
        : words < LETTER
          ? 'The text is as long as a letter'
          : 'The text is long',
  ),
  language_capitals: about('language', ({ upperShare }) =>
    upperShare > 0.4
      ? 'Most of the text is in capitals'
      : upperShare > 0.15
        ? 'Much of the text is in capitals'
        : null,
  ),
  headers_subject_capitals: about('headers', ({ subjectUpperShare }) =>
    subjectUpperShare > 0.6
      ? 'The subject is in capitals'
      : subjectUpperShare > 0.3
        ? 'Much of the subject is in capitals'
        : 'The subject is not in capitals',
  ),
  headers_date_behind: about('headers', ({ dateSkewHours }) =>
    dateSkewHours === null
      ? null
      : dateSkewHours < QUEUE_HOURS
        ? 'It is dated as it came'
        : `It is dated ${time(dateSkewHours)} before it came`,
  ),
  headers_date_ahead: about('headers', ({ dateSkewHours }) =>
    dateSkewHours === null
      ? null
      : dateSkewHours > -1
        ? 'It is not dated in the future'
        : `It is dated ${time(-dateSkewHours)} in the future`,
  ),
  headers_message_id_matches: about('headers', ({ messageIdPresent }) =>
    when(!messageIdPresent, () => 'It has no Message-ID'),
  ),
  html_text_share: about('html', ({ textShare }) =>
    textShare === null
      ? NO_HTML
      : `${textShare < 0.05 ? 'Hardly any' : textShare < 0.3 ? 'Little' : 'Much'} of its HTML is text`,
  ),
  html_hidden_share: about('html', ({ present, hiddenShare }) =>
    !present
      ? NO_HTML
      : hiddenShare === 0
        ? 'It hides no text from the reader'
        : `${hiddenShare > 0.5 ? 'Most' : 'Part'} of its text is hidden from the reader`,
  ),
  html_text_agreement: about('html', ({ textAgreement }) =>
    textAgreement === null
      ? 'It has only one version of its text'
      : textAgreement >= 0.75
        ? 'Its two versions, plain and HTML, say the same'
        : textAgreement >= 0.3
          ? 'Its two versions, plain and HTML, differ in part'
          : 'Its two versions, plain and HTML, say different things',
  ),
};
