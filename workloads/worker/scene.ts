import { drawCharacter } from './scene-character';
import { type Random } from '../protocol/random';

/** Draws the picture behind the captions as SVG elements in a square of 100 by 100 units. */
export function drawScene(prompt: string, random: Random): string {
  const words = prompt.toLowerCase();
  const backdrop = backdropFor(words, random);
  return backdrop(random) + drawCharacter(words, random);
}

type Backdrop = (random: Random) => string;

/** Words that ask for a certain backdrop; everything else is left to chance. */
function backdropFor(words: string, random: Random): Backdrop {
  if (/\b(space|mars|moon|star|stars|night|planet|galaxy|rocket)\b/.test(words)) return night;
  if (/\b(beach|sea|ocean|island|summer|sand|holiday|vacation)\b/.test(words)) return beach;
  return random.pick([sunburst, stripes, dots, hills, sunburst]);
}

function palette(random: Random): { hue: number; light: string; dark: string; accent: string } {
  const hue = Math.floor(random.next() * 360);
  return {
    hue,
    light: `hsl(${hue} 78% 62%)`,
    dark: `hsl(${hue} 72% 42%)`,
    accent: `hsl(${(hue + 150) % 360} 80% 60%)`,
  };
}

function rectangle(fill: string): string {
  return `<rect width="100" height="100" fill="${fill}"/>`;
}

function sunburst(random: Random): string {
  const { light, dark } = palette(random);
  const rays = random.pick([9, 12, 15]);
  const turn = random.between(0, 1);
  let path = '';
  for (let ray = 0; ray < rays; ray++) {
    const from = ((ray + turn) / rays) * 2 * Math.PI;
    const to = ((ray + turn + 0.5) / rays) * 2 * Math.PI;
    path += `M50 54L${around(from, 90)} ${around(to, 90)}Z`;
  }
  return rectangle(light) + `<path d="${path}" fill="${dark}"/>`;
}

function around(angle: number, radius: number): string {
  return `${(50 + radius * Math.cos(angle)).toFixed(1)} ${(54 + radius * Math.sin(angle)).toFixed(1)}`;
}

function stripes(random: Random): string {
  const { light, dark } = palette(random);
  const width = random.between(6, 12);
  let path = '';
  for (let x = -100; x < 100; x += 2 * width) path += `M${x} 100l100 -100h${width}l-100 100z`;
  return rectangle(light) + `<path d="${path}" fill="${dark}"/>`;
}

function dots(random: Random): string {
  const { light, dark } = palette(random);
  const step = random.between(9, 14);
  let circles = '';
  for (let row = 0; row * step <= 110; row++) {
    for (let column = 0; column * step <= 110; column++) {
      const x = column * step + (row % 2) * (step / 2);
      circles += `<circle cx="${x.toFixed(1)}" cy="${(row * step).toFixed(1)}" r="${(step / 4).toFixed(1)}"/>`;
    }
  }
  return rectangle(dark) + `<g fill="${light}">${circles}</g>`;
}

function sky(top: string, bottom: string): string {
  return (
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/>` +
    `<stop offset="1" stop-color="${bottom}"/></linearGradient></defs>${rectangle('url(#sky)')}`
  );
}

function hills(random: Random): string {
  const { hue, accent } = palette(random);
  const crest = random.between(56, 66);
  return (
    sky(`hsl(${hue} 75% 60%)`, `hsl(${(hue + 40) % 360} 85% 80%)`) +
    `<circle cx="${random.between(15, 85).toFixed(1)}" cy="26" r="10" fill="${accent}"/>` +
    `<path d="M0 ${crest}Q25 ${crest - 16} 50 ${crest}T100 ${crest}V100H0Z" fill="hsl(${(hue + 90) % 360} 45% 45%)"/>` +
    `<path d="M0 ${crest + 14}Q30 ${crest} 60 ${crest + 14}T120 ${crest + 10}V100H0Z" fill="hsl(${(hue + 90) % 360} 48% 34%)"/>`
  );
}

function beach(random: Random): string {
  const sun = random.between(18, 82).toFixed(1);
  return (
    sky('#3aa7e8', '#c9f0ff') +
    `<circle cx="${sun}" cy="22" r="9" fill="#ffd94a"/>` +
    '<path d="M0 52H100V72H0Z" fill="#1479b8"/>' +
    '<path d="M0 58q12 -3 25 0t25 0t25 0t25 0v2H0z" fill="#7cc9ee"/>' +
    '<path d="M0 72Q30 66 55 72T100 70V100H0Z" fill="#f2d59a"/>'
  );
}

function night(random: Random): string {
  let stars = '';
  for (let star = 0; star < 60; star++) {
    const x = random.between(0, 100).toFixed(1);
    const y = random.between(0, 80).toFixed(1);
    stars += `<circle cx="${x}" cy="${y}" r="${random.between(0.2, 0.7).toFixed(2)}"/>`;
  }
  const planet = `hsl(${Math.floor(random.between(0, 360))} 60% 55%)`;
  const x = random.between(15, 85).toFixed(1);
  return (
    sky('#0b1035', '#3b2667') +
    `<g fill="#ffffff">${stars}</g>` +
    `<circle cx="${x}" cy="24" r="9" fill="${planet}"/>` +
    `<ellipse cx="${x}" cy="24" rx="15" ry="3.4" fill="none" stroke="#e8e3ff" stroke-width="1.2"/>` +
    '<path d="M0 76Q50 66 100 76V100H0Z" fill="#b5533c"/>'
  );
}
