import { type RequestOptions } from './meme';

/** What the form says besides the text. */
export interface FormOptions {
  /** How many memes of each prompt. */
  readonly takes: number;
  readonly fastMode: boolean;
  readonly smallImage: boolean;
}

/**
 * The memes that a text asks for: one for each line that is not empty, times the takes. A further take
 * says so in its prompt, since the same prompt would be answered from the cache.
 */
export function requestOptionsOf(
  text: string,
  { takes, fastMode, smallImage }: FormOptions,
): RequestOptions[] {
  const prompts = text.split('\n').map((line) => line.trim());
  return prompts
    .filter((prompt) => prompt !== '')
    .flatMap((prompt) =>
      Array.from({ length: takes }, (_, index) => ({
        prompt: index === 0 ? prompt : `${prompt}, take ${index + 1}`,
        fastMode,
        smallImage,
      })),
    );
}
