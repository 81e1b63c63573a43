import { slug } from './slug.js';

/** What docs/ needs beyond Markdown: ids of headings, links between pages, tables that a phone can scroll. */
export function forPages(markdown) {
  markdown.core.ruler.push('postern', ({ tokens, env }) => {
    const taken = new Map();
    for (const [index, token] of tokens.entries()) {
      if (token.type === 'heading_open') token.attrSet('id', slug(textOf(tokens[index + 1]), taken));
      if (token.type === 'inline') linkPages(token.children, env);
    }
  });
  markdown.renderer.rules.table_open = () => '<div class="wide"><table>';
  markdown.renderer.rules.table_close = () => '</table></div>';
}

function textOf(inline) {
  return inline.children
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
}

/** `page.md#part` becomes `page.html#part`; what is not in docs/ is not on the site, and its link becomes a name. */
function linkPages(children) {
  let isOutside = false;
  for (const token of children) {
    if (token.type === 'link_open') {
      const target = token.attrGet('href');
      isOutside = /^(?:\.\.\/)+(?!reference\/|[\w-]+\.md)/.test(target) || /^\.\.\/[A-Z]+\.md/.test(target);
      if (isOutside) {
        token.tag = 'span';
        token.attrs = [
          ['class', 'file'],
          ['title', target.replace(/^(?:\.\.\/)+/, '')],
        ];
      } else if (!/^[a-z]+:/.test(target)) {
        token.attrSet(
          'href',
          target.replace(/(^|\/)README\.md/, '$1index.html').replace(/\.md(?=#|$)/, '.html'),
        );
      }
    }
    if (token.type === 'link_close' && isOutside) {
      token.tag = 'span';
      isOutside = false;
    }
  }
}
