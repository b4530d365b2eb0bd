const { chmod, mkdtemp } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Gives all workers of one run of Jest a folder for the images that they stage. */
module.exports = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'staged-images-'));
  // nginx that is started by root reads the page as nobody
  await chmod(folder, 0o755);
  process.env.STAGED_IMAGES_FOLDER = folder;
};
