import { type SizedCluster } from './text-layout';

/** Height of capital letters as a share of the font size; true enough for both families. */
export const CAP_HEIGHT = 0.86;
const LINE_HEIGHT = 1.16;
/** Space between what hangs from one line and what stands out of the next, for the outline. */
const LINE_GAP = 0.2;

/** How far a line reaches above and below its baseline, as shares of the font size. */
export interface Extent {
  readonly above: number;
  readonly below: number;
}

/** A line: the clusters `from` up to, but not with, `to`. */
export interface Line extends Extent {
  readonly from: number;
  readonly to: number;
}

/** How far the parts of a line reach. A line without any is as high as a capital letter. */
export function extentOf(parts: readonly Partial<Extent>[]): Extent {
  let [above, below] = [CAP_HEIGHT, 0];
  for (const part of parts) {
    above = Math.max(above, part.above ?? 0);
    below = Math.max(below, part.below ?? 0);
  }
  return { above, below };
}

/** Breaks at spaces, and within a word only where its script or its length asks for it. */
export function breakLines(clusters: readonly SizedCluster[], maxWidth: number): Line[] {
  const lines: Line[] = [];
  let [from, width] = [0, 0];
  // where the line may end, and where the next one would start then
  let [end, next, widthAtNext] = [0, 0, 0];
  const endLine = (to: number): void => {
    lines.push({ from, to, ...extentOf(clusters.slice(from, to)) });
  };
  clusters.forEach((cluster, index) => {
    if (cluster.text === ' ')
      [end, next, widthAtNext] = [index, index + 1, width + cluster.advance];
    else if (cluster.mayStartLine) [end, next, widthAtNext] = [index, index, width];
    if (cluster.text !== ' ' && index > from && width + cluster.advance > maxWidth) {
      if (next <= from) [end, next, widthAtNext] = [index, index, width];
      endLine(end);
      width -= widthAtNext;
      from = next;
    }
    width += cluster.advance;
  });
  if (from < clusters.length) endLine(clusters.length);
  return lines;
}

/** Height of lines as a share of the font size. */
export function heightOf(lines: readonly Extent[]): number {
  let height = 0;
  lines.forEach(({ above, below }, index) => {
    height +=
      index === 0
        ? LINE_HEIGHT + above - CAP_HEIGHT
        : stepBetween(lines[index - 1]!, { above, below });
    if (index === lines.length - 1) height += below;
  });
  return height;
}

function stepBetween({ below }: Extent, { above }: Extent): number {
  const reach = below > 0 || above > CAP_HEIGHT ? below + above + LINE_GAP : 0;
  return Math.max(LINE_HEIGHT, reach);
}

/** Where the baselines of lines are below the first one, as shares of the font size. */
export function baselinesOf(lines: readonly Extent[]): number[] {
  const places: number[] = [];
  lines.forEach((line, index) => {
    places.push(index === 0 ? 0 : places[index - 1]! + stepBetween(lines[index - 1]!, line));
  });
  return places;
}
