const { rm } = require('node:fs/promises');

module.exports = () => rm(process.env.STAGED_IMAGES_FOLDER, { recursive: true, force: true });
