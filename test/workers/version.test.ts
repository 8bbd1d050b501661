import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { buildIdOf } from '../../src/workers/version.ts';

test('the build id goes by the code, not by its source map', () => {
  const bundle = (code: string, map: string) =>
    `${code}\n//# sourceMappingURL=data:application/json;base64,${btoa(map)}`;
  const id = buildIdOf({ code: bundle('1;', 'one') });
  expect(buildIdOf({ code: bundle('1;', 'two') })).toBe(id);
  expect(buildIdOf({ code: bundle('2;', 'one') })).not.toBe(id);
});

test('the build id is the beginning of the SHA-256 of the bytes of the code', () => {
  fc.assert(
    fc.property(fc.string(), (code) => {
      const hash = createHash('sha256').update(Buffer.from(code)).digest('hex');
      expect(buildIdOf({ code })).toMatch(/^[\da-f]{16}$/);
      expect(hash.startsWith(buildIdOf({ code }))).toBe(true);
    }),
  );
});
