import { readFileSync } from 'node:fs';

/** Topics with their pages, as docs/README.md lists them: one list for people on the site and for those who read the folder. */
export function navigation(file) {
  const topics = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const heading = /^## (.+)$/.exec(line);
    if (heading !== null) topics.push({ title: heading[1], pages: [] });
    const entry = /^- \[([^\]]+)\]\(([\w./-]+)\.md\)/.exec(line);
    if (entry !== null) topics.at(-1)?.pages.push({ title: entry[1], url: `${entry[2]}.html` });
  }
  return topics;
}
