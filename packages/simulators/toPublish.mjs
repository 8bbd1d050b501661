/**
 * Makes `dist` the package to publish (`npm publish packages/simulators/dist`): the workspace's exports name the sources,
 * those of the published package the JavaScript.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';

const {
  scripts: _,
  devDependencies: __,
  exports: sources,
  ...manifest
} = JSON.parse(readFileSync('package.json', 'utf8'));
const exports = Object.fromEntries(
  Object.entries(sources).map(([name, source]) => {
    const place = source.replace(/^\.\/src\/(.*)\.ts$/, './$1');
    return [name, { types: `${place}.d.ts`, default: `${place}.js` }];
  }),
);
writeFileSync('dist/package.json', JSON.stringify({ ...manifest, exports }, null, 2));
cpSync('README.md', 'dist/README.md');
cpSync('docs', 'dist/docs', { recursive: true });
cpSync('../../LICENSE', 'dist/LICENSE');
