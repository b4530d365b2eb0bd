import { drawMeme } from '../../workloads/worker/local-generator';

/** Writes the picture of the prompt that is its argument, as SVG. */
async function main(): Promise<void> {
  process.stdout.write(await drawMeme(process.argv[2]!, 512));
}

void main();
