import { html } from 'hono/html';
import type { Language } from '../words/language.ts';
import { wordsOf } from '../words/language.ts';
import type { Markup } from './layout.ts';

/** htmx neither evaluates strings nor adds a style element (our content security policy has neither), and asks nobody but us. */
const HTMX = JSON.stringify({ allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true });

/** A document around `body`, with all that it loads. */
export function documentOf(
  language: Language,
  title: string,
  body: Markup,
  formToken: string | null = null,
): Markup {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="htmx-config" content="${HTMX}">
${formToken === null ? '' : html`<meta name="form-token" content="${formToken}">`}
<title>${title} · ${wordsOf(language).frame.product}</title>
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/console.css">
<script src="/assets/htmx.js" defer></script>
<script src="/assets/console.js" defer></script>
</head>
<body>
${body}
</body>
</html>`;
}
