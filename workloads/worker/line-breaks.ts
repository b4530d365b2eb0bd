/** Scripts that are written without spaces. Korean has spaces, and its lines break at them. */
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const NOT_FIRST =
  /^[\p{Close_Punctuation}\p{Final_Punctuation}\p{Other_Punctuation}\p{Mark}\p{Lm}]/u;
const NOT_LAST = /[\p{Open_Punctuation}\p{Initial_Punctuation}]$/u;

let words: Intl.Segmenter | undefined;

/**
 * Where a text without spaces may be continued on the next line, in UTF-16 units from its start:
 * between two words, which a dictionary finds, and never so that punctuation stands alone. Texts of
 * scripts with spaces stay whole.
 */
export function breaksWithin(text: string): number[] {
  if (!WITHOUT_SPACES.test(text)) return [];
  words ??= new Intl.Segmenter('en', { granularity: 'word' });
  const segments = [...words.segment(text)];
  return segments
    .filter(
      ({ segment }, index) =>
        index > 0 && !NOT_FIRST.test(segment) && !NOT_LAST.test(segments[index - 1]!.segment),
    )
    .map(({ index }) => index);
}
