import { readFileSync } from 'node:fs';
import { assetPath, type AssetFile } from './asset-path';

/** A font file for a script, or for a part of one: Chinese, Japanese and Korean come in slices. */
export type ScriptFont = AssetFile;

interface Family {
  /** In full: the image's tag follows the packages that the sources name. */
  readonly packageName: string;
  /** Characters that are used in the family's script, also those that scripts share. */
  readonly script: RegExp;
}

const FAMILIES: readonly Family[] = [
  { packageName: '@fontsource-variable/noto-sans-arabic', script: /\p{Script_Extensions=Arabic}/u },
  { packageName: '@fontsource-variable/noto-sans-hebrew', script: /\p{Script_Extensions=Hebrew}/u },
  {
    packageName: '@fontsource-variable/noto-sans-devanagari',
    script: /\p{Script_Extensions=Devanagari}/u,
  },
  {
    packageName: '@fontsource-variable/noto-sans-bengali',
    script: /\p{Script_Extensions=Bengali}/u,
  },
  {
    packageName: '@fontsource-variable/noto-sans-gurmukhi',
    script: /\p{Script_Extensions=Gurmukhi}/u,
  },
  {
    packageName: '@fontsource-variable/noto-sans-gujarati',
    script: /\p{Script_Extensions=Gujarati}/u,
  },
  { packageName: '@fontsource-variable/noto-sans-tamil', script: /\p{Script_Extensions=Tamil}/u },
  { packageName: '@fontsource-variable/noto-sans-telugu', script: /\p{Script_Extensions=Telugu}/u },
  {
    packageName: '@fontsource-variable/noto-sans-kannada',
    script: /\p{Script_Extensions=Kannada}/u,
  },
  {
    packageName: '@fontsource-variable/noto-sans-malayalam',
    script: /\p{Script_Extensions=Malayalam}/u,
  },
  {
    packageName: '@fontsource-variable/noto-sans-sinhala',
    script: /\p{Script_Extensions=Sinhala}/u,
  },
  { packageName: '@fontsource-variable/noto-sans-thai', script: /\p{Script_Extensions=Thai}/u },
  { packageName: '@fontsource-variable/noto-sans-lao', script: /\p{Script_Extensions=Lao}/u },
  { packageName: '@fontsource-variable/noto-sans-khmer', script: /\p{Script_Extensions=Khmer}/u },
  {
    packageName: '@fontsource-variable/noto-sans-myanmar',
    script: /\p{Script_Extensions=Myanmar}/u,
  },
  {
    packageName: '@fontsource-variable/noto-sans-ethiopic',
    script: /\p{Script_Extensions=Ethiopic}/u,
  },
  {
    packageName: '@fontsource-variable/noto-sans-georgian',
    script: /\p{Script_Extensions=Georgian}/u,
  },
  {
    packageName: '@fontsource-variable/noto-sans-armenian',
    script: /\p{Script_Extensions=Armenian}/u,
  },
];

/** They also have most symbols, so they are asked for everything that is of no other script. */
const CHINESE = '@fontsource-variable/noto-sans-sc';
const JAPANESE = '@fontsource-variable/noto-sans-jp';
const KOREAN = '@fontsource-variable/noto-sans-kr';

/** All files that drawing these scripts needs: fonts, the characters in each, and the licences. */
export function scriptFontFiles(): AssetFile[] {
  const packages = [...FAMILIES.map(({ packageName }) => packageName), CHINESE, JAPANESE, KOREAN];
  return packages.flatMap((packageName) => [
    { packageName, file: 'unicode.json' },
    { packageName, file: 'LICENSE' },
    ...coverageOf(packageName).fonts,
  ]);
}

/**
 * Chooses the fonts for the characters of one text. Han characters look different in Chinese,
 * Japanese and Korean; what else is in the text tells the language.
 */
export class ScriptFontChoice {
  private readonly eastAsian: readonly string[];

  constructor(text: string) {
    if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) {
      this.eastAsian = [JAPANESE, CHINESE, KOREAN];
    } else if (/\p{Script=Hangul}/u.test(text)) {
      this.eastAsian = [KOREAN, CHINESE, JAPANESE];
    } else {
      this.eastAsian = [CHINESE, JAPANESE, KOREAN];
    }
  }

  /**
   * @param previous font of the text before the character: a mark that scripts share stays in it
   * @returns undefined where no font has the character
   */
  fontFor(character: string, previous?: ScriptFont): ScriptFont | undefined {
    const code = character.codePointAt(0)!;
    const own = FAMILIES.filter(({ script }) => script.test(character));
    const packages = [...own.map(({ packageName }) => packageName), ...this.eastAsian];
    if (previous !== undefined && packages.includes(previous.packageName)) {
      packages.unshift(previous.packageName);
    }
    for (const each of packages) {
      const found = coverageOf(each).find(code);
      if (found && !absent.get(found)?.has(code)) return found;
    }
    return undefined;
  }
}

const absent = new Map<ScriptFont, Set<number>>();

/** Notes that a font lacks a character: the lists of the packages name some that are not in it. */
export function noteAbsent(character: string, font: ScriptFont): void {
  const codes = absent.get(font) ?? new Set();
  absent.set(font, codes.add(character.codePointAt(0)!));
}

interface Coverage {
  readonly fonts: readonly ScriptFont[];
  find(code: number): ScriptFont | undefined;
}

const coverages = new Map<string, Coverage>();

/** Read when a script is first used: the lists for all scripts are a third of a megabyte. */
function coverageOf(packageName: string): Coverage {
  const known = coverages.get(packageName);
  if (known) return known;
  const coverage = readCoverage(packageName);
  coverages.set(packageName, coverage);
  return coverage;
}

function readCoverage(packageName: string): Coverage {
  const name = packageName.split('/').at(-1)!;
  const script = name.replace('noto-sans-', '');
  const text = readFileSync(assetPath(packageName, 'unicode.json'), 'utf8');
  const rangesBySubset = JSON.parse(text) as Readonly<Record<string, string>>;
  const ranges: { from: number; to: number; font: ScriptFont }[] = [];
  const fonts: ScriptFont[] = [];
  for (const [subset, list] of Object.entries(rangesBySubset)) {
    // the other subsets are Latin, Greek and Cyrillic, which other fonts draw
    const slice = /^\[(\d+)\]$/.exec(subset)?.[1];
    if (slice === undefined && subset !== script) continue;
    const font = { packageName, file: `files/${name}-${slice ?? subset}-wght-normal.woff2` };
    fonts.push(font);
    for (const range of list.split(',')) {
      const [from, to] = range.trim().replace('U+', '').split('-');
      ranges.push({ from: parseInt(from!, 16), to: parseInt(to ?? from!, 16), font });
    }
  }
  ranges.sort((a, b) => a.from - b.from);
  return {
    fonts,
    find: (code) => {
      let [low, high] = [0, ranges.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ranges[middle]!.to < code) low = middle + 1;
        else high = middle;
      }
      const range = ranges[low];
      return range && range.from <= code ? range.font : undefined;
    },
  };
}
