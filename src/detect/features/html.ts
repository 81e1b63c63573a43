import type { HtmlFacts } from '../../evidence/html.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, count, share } = featuresOf('html');

/** Without HTML there is nothing to say about it; that there is none is no sign either way. */
const inHtml =
  <Value>(read: (facts: HtmlFacts) => Value) =>
  (facts: HtmlFacts) =>
    facts.present ? read(facts) : null;

/** The line that honest newsletters hide for the list of messages, with the blanks that keep the text out of it. */
const PREVIEW_CHARS = 300;

/**
 * Numbers of images, of pixels that count readers and of unseen signs are left out on purpose: honest newsletters have
 * them all, and are rare in training mail.
 */
export const HTML: readonly Feature[] = [
  share(
    'hidden_share',
    'free',
    'Hidden text in all text of the HTML, where it is more than a preview line',
    inHtml((facts) => (facts.hiddenChars <= PREVIEW_CHARS ? 0 : facts.hiddenShare)),
  ),
  flag('image_only', 'up', 'Images and next to no text', (facts) => facts.imageOnly),
  count('forms', 'up', 'Forms in the message', (facts) => facts.forms),
  count('password_inputs', 'up', 'Fields for passwords in the message', (facts) => facts.passwordInputs),
  count(
    'active',
    'up',
    'Scripts, frames and jumps to other pages',
    (facts) => facts.scripts + facts.iframes + facts.metaRefresh,
  ),
  share('text_share', 'free', 'Visible text in all characters of the HTML', (facts) => facts.textShare),
  share('text_agreement', 'down', 'Words that plain text and HTML share', (facts) => facts.textAgreement),
];
