const { transformSync } = require('esbuild');

/** Compiles TypeScript and ES modules to what Jest's own module loader takes. */
module.exports = {
  process(source, file) {
    const { code, map } = transformSync(source, {
      loader: file.endsWith('.ts') ? 'ts' : 'js',
      format: 'cjs',
      target: 'node20',
      sourcefile: file,
      sourcemap: 'external',
      // a native import() inside Jest would need an experimental flag of Node
      supported: { 'dynamic-import': false },
      define: { 'import.meta.url': '__import_meta_url' },
      banner: "const __import_meta_url = require('node:url').pathToFileURL(__filename).href;",
    });
    return { code, map };
  },
};
