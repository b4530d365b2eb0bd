/** Looks at prompts before anything is made of them. */
export interface Moderator {
  /** @returns why the prompt is refused, for the client; undefined where it may be made */
  refusal(prompt: string): Promise<string | undefined>;
}

/** Refused where `DENY_WORDS` says nothing else. */
export const DEFAULT_DENY_WORDS: readonly string[] = [
  'beheading',
  'child porn',
  'csam',
  'gore',
  'heil hitler',
  'nude child',
  'rape',
  'school shooting',
  'snuff',
];

/** Refuses prompts that hold one of the words, as whole words and whatever their case or accents. */
export class DenyList implements Moderator {
  private readonly words: readonly string[];

  /** @param words words or phrases; an empty list refuses nothing */
  constructor(words: readonly string[]) {
    this.words = words.map((word) => fold(word).trim()).filter((word) => word !== '');
  }

  refusal(prompt: string): Promise<string | undefined> {
    const text = fold(prompt);
    const word = this.words.find((each) => text.includes(` ${each} `));
    return Promise.resolve(
      word && `'prompt' holds "${word}", which is not allowed here; ask for something else`,
    );
  }
}

/**
 * Lower case, compatibility forms and accents folded, everything but letters and digits one space,
 * and a space at both ends, so that a whole word is a substring.
 */
function fold(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '');
  return ` ${plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
}

/**
 * The text of `DENY_WORDS`.
 *
 * @param text words or phrases separated by commas; "none" refuses nothing
 * @throws Error where it holds no word at all
 */
export function denyWords(text: string): readonly string[] {
  if (text.trim().toLowerCase() === 'none') return [];
  const words = text.split(',').filter((word) => fold(word).trim() !== '');
  if (words.length === 0) throw new Error('must be words separated by commas, or none');
  return words.map((word) => word.trim());
}
