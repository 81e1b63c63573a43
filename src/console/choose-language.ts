import { isLanguage, type Language } from './words/language.ts';

/** The best of what the browser prefers (Accept-Language, RFC 9110 section 12.5.4), else `fallback`. */
export function chooseLanguage(accepted: string | undefined, fallback: Language): Language {
  const wanted = (accepted ?? '').split(',').map((one) => {
    const [tag = '', ...parameters] = one.trim().toLowerCase().split(';');
    const quality = parameters.map((text) => text.trim()).find((text) => text.startsWith('q='));
    return {
      primary: tag.split('-')[0] ?? '',
      quality: quality === undefined ? 1 : Number(quality.slice(2)),
    };
  });
  for (const { primary, quality } of wanted.toSorted((a, b) => b.quality - a.quality))
    if (quality > 0 && isLanguage(primary)) return primary;
  return fallback;
}
