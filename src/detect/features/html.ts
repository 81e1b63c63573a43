import type { HtmlFacts } from '../../evidence/html.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, count, share } = featuresOf('html');

/** Without HTML there is nothing to say about it; that there is none is no sign either way. */
const inHtml =
  <Value>(read: (facts: HtmlFacts) => Value) =>
  (facts: HtmlFacts) =>
    facts.present ? read(facts) : null;

export const HTML: readonly Feature[] = [
  count(
    'hidden_chars',
    'free',
    'Characters that a machine reads and a person does not',
    (facts) => facts.hiddenChars,
  ),
  share(
    'hidden_share',
    'free',
    'Hidden text in all text of the HTML',
    inHtml((facts) => facts.hiddenShare),
  ),
  count('images', 'free', 'Images in the HTML', (facts) => facts.images),
  flag('image_only', 'up', 'Images and next to no text', (facts) => facts.imageOnly),
  count('tracking_pixels', 'free', 'Remote images too small to see', (facts) => facts.trackingPixels),
  count('forms', 'up', 'Forms in the message', (facts) => facts.forms),
  count('password_inputs', 'up', 'Fields for passwords in the message', (facts) => facts.passwordInputs),
  count(
    'active',
    'up',
    'Scripts, frames and jumps to other pages',
    (facts) => facts.scripts + facts.iframes + facts.metaRefresh,
  ),
  count('invisible', 'free', 'Zero-width and bidirectional signs', (facts) => facts.invisibleCharacters),
  share('text_agreement', 'down', 'Words that plain text and HTML share', (facts) => facts.textAgreement),
];
