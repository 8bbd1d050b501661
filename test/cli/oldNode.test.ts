import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oldNode } from '../../bin/oldNode.mjs';

test.each(['22.19.0', '22.20.1', '23.0.0', '24.9.0', process.versions.node])('Node %s runs the package', (version) => {
  expect(oldNode(version)).toBeUndefined();
});

test.each(['22.18.9', '20.20.2', '21.99.0', '9.0.0'])('Node %s is refused in a sentence', (version) => {
  const { engines } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
    readonly engines: { readonly node: string };
  };
  expect(oldNode(version)).toBe(
    `Node ${version} is too old for this package: it needs Node ${engines.node.replace('>=', '')} or newer. Install one from https://nodejs.org and start again`,
  );
});
