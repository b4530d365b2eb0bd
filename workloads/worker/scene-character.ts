import { type Random } from '../protocol/random';

/** The character in the middle of the scene, as SVG elements in a square of 100 by 100 units. */
export function drawCharacter(words: string, random: Random): string {
  const species = speciesFor(words, random);
  const coat = random.pick(species.coats);
  const tilt = random.between(-7, 7).toFixed(1);
  return (
    `<g transform="rotate(${tilt} 50 58)" stroke="#1c1a22" stroke-width="1.3" ` +
    `stroke-linejoin="round" stroke-linecap="round">` +
    `<path d="M27 100C27 76 38 72 50 72S73 76 73 100Z" fill="${coat}"/>` +
    species.behind(coat) +
    `<ellipse cx="50" cy="54" rx="23" ry="20" fill="${coat}"/>` +
    species.face(coat) +
    eyes(words, random) +
    mouth(random) +
    extras(words, random) +
    '</g>'
  );
}

interface Species {
  readonly words: RegExp;
  readonly coats: readonly string[];
  /** Drawn before the head, for example ears. */
  readonly behind: (coat: string) => string;
  /** Drawn on the head before eyes and mouth. */
  readonly face: (coat: string) => string;
}

const MUZZLE = '<ellipse cx="50" cy="63" rx="9.5" ry="7" fill="#fff6e6" stroke="none"/>';
const NOSE = '<path d="M47.4 58.5h5.2l-2.6 3.2z" fill="#1c1a22"/>';

const SPECIES: readonly Species[] = [
  {
    words: /\b(cat|cats|kitten|kitty|tiger|lion)\b/,
    coats: ['#f2a65a', '#9a9aa8', '#f7ead7', '#5b5566'],
    behind: (coat) =>
      `<path d="M29 45L31 23L46 37Z" fill="${coat}"/><path d="M71 45L69 23L54 37Z" fill="${coat}"/>` +
      '<path d="M33 39L33.6 29L41 36Z" fill="#f6b1b8" stroke="none"/>' +
      '<path d="M67 39L66.4 29L59 36Z" fill="#f6b1b8" stroke="none"/>',
    face: () => MUZZLE + NOSE + '<path d="M38 61l-14 -2M38 64l-14 2M62 61l14 -2M62 64l14 2"/>',
  },
  {
    words: /\b(dog|dogs|doge|puppy|wolf|fox)\b/,
    coats: ['#e3b778', '#b9783f', '#d8d2c8', '#7c5a43'],
    behind: () => '',
    face: (coat) =>
      `<path d="M31 40C20 38 18 56 24 64C30 62 33 52 34 44Z" fill="${coat}"/>` +
      `<path d="M69 40C80 38 82 56 76 64C70 62 67 52 66 44Z" fill="${coat}"/>` +
      MUZZLE +
      '<ellipse cx="50" cy="59.5" rx="3.6" ry="2.6" fill="#1c1a22"/>',
  },
  {
    words: /\b(frog|frogs|toad|lizard|dragon|dinosaur)\b/,
    coats: ['#6ab04c', '#8bc34a', '#3f9b6b'],
    behind: (coat) =>
      `<circle cx="38" cy="40" r="9" fill="${coat}"/><circle cx="62" cy="40" r="9" fill="${coat}"/>`,
    face: () => '<path d="M46 57v0.2M54 57v0.2" stroke-width="1.8"/>',
  },
  {
    words: /\b(robot|robots|computer|server|kubernetes|pod|code|developer|engineer|deploy)\b/,
    coats: ['#a9b7c6', '#7fa3c7', '#c7c2b0'],
    behind: () =>
      '<path d="M50 36V22" stroke-width="2"/><circle cx="50" cy="21" r="3.4" fill="#ff5b5b"/>',
    face: (coat) =>
      `<rect x="27" y="36" width="46" height="36" rx="5" fill="${coat}"/>` +
      '<path d="M27 48h-4v12h4M73 48h4v12h-4" fill="#6d7785"/>',
  },
  {
    words: /\b(bear|panda|hamster|mouse|monkey|pig)\b/,
    coats: ['#8a5a3c', '#d9cfc4', '#c98f9a', '#6f7b8a'],
    behind: (coat) =>
      `<circle cx="32" cy="38" r="7.5" fill="${coat}"/><circle cx="68" cy="38" r="7.5" fill="${coat}"/>`,
    face: () => MUZZLE + '<ellipse cx="50" cy="60" rx="3.4" ry="2.4" fill="#1c1a22"/>',
  },
];

function speciesFor(words: string, random: Random): Species {
  const chance = random.pick(SPECIES);
  return SPECIES.find((species) => species.words.test(words)) ?? chance;
}

function eyes(words: string, random: Random): string {
  const kind = random.pick(['wide', 'squint', 'side'] as const);
  if (/\b(sunglasses|cool|glasses|boss|swag)\b/.test(words)) {
    return (
      '<path d="M31 46h17v6a6 6 0 0 1 -6 5h-5a6 6 0 0 1 -6 -5zM52 46h17v6a6 6 0 0 1 -6 5h-5a6 6 0 0 1 -6 -5z" ' +
      'fill="#16141c"/><path d="M48 47h4M31 47l-6 -2M69 47l6 -2" stroke-width="2"/>' +
      '<path d="M34 49l5 0M55 49l5 0" stroke="#8fa4c4"/>'
    );
  }
  if (kind === 'squint') {
    return '<path d="M33 51q7 -5 13 0M54 51q7 -5 13 0" fill="none" stroke-width="2"/>';
  }
  const shift = kind === 'side' ? random.pick([-2.4, 2.4]) : 0;
  const radius = kind === 'wide' ? 6.4 : 5.2;
  return [40, 60]
    .map(
      (x) =>
        `<circle cx="${x}" cy="50" r="${radius}" fill="#ffffff"/>` +
        `<circle cx="${x + shift}" cy="50.6" r="2.8" fill="#16141c"/>`,
    )
    .join('');
}

function mouth(random: Random): string {
  return random.pick([
    '<path d="M42 66q8 6 16 0" fill="none" stroke-width="1.6"/>',
    '<path d="M43 65h14q-1 8 -7 8t-7 -8z" fill="#a3273a"/>',
    '<path d="M44 68h12" stroke-width="1.6"/>',
    '<path d="M44 68q8 2 13 -3" fill="none" stroke-width="1.6"/>',
  ]);
}

function extras(words: string, random: Random): string {
  const parts: string[] = [];
  if (/\b(helmet|astronaut|space)\b/.test(words)) {
    parts.push(
      '<circle cx="50" cy="53" r="29" fill="#cfe8ff" fill-opacity="0.22" stroke="#e8eef5" stroke-width="3"/>',
    );
  } else if (/\b(king|queen|crown|win|winner)\b/.test(words)) {
    parts.push('<path d="M37 37L35 24L43 30L50 21L57 30L65 24L63 37Z" fill="#ffd23f"/>');
  } else if (/\b(hat|party|birthday|friday)\b/.test(words) || random.next() < 0.25) {
    parts.push(
      '<path d="M39 37L50 14L61 37Z" fill="#ff5da2"/><circle cx="50" cy="14" r="3" fill="#ffe066"/>',
    );
  }
  if (random.next() < 0.3) {
    parts.push('<path d="M50 77l-9 -4v9zM50 77l9 -4v9z" fill="#d7263d"/>');
  }
  return parts.join('');
}
