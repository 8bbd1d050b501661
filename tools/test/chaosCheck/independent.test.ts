import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const folder = fileURLToPath(new URL('../../chaos/check/', import.meta.url));

test('the check imports nothing but itself, the records and Node', () => {
  const imported = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name),
  );
  expect(imported.length).toBeGreaterThan(10);
  expect(imported.filter((name) => !/^(?:\.\/[\w.]+|\.\.\/records\.ts|node:[\w/]+)$/.test(name ?? ''))).toEqual([]);
});
