import fc from 'fast-check';
import { canonicalJson, parseLossless } from '../../src/marketplaceCatalog/losslessJson.ts';

test('what JSON.parse reads is read the same', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(JSON.stringify(parseLossless(text)))).toEqual(JSON.parse(text));
    }),
  );
});

test.each(['12345678901234567890', '1.10', '1e2', '-0', '0.1', '{"a":[1.0,"1.0",{"b":12345678901234567890}]}'])(
  '%s comes out as it went in',
  (text) => {
    expect(JSON.stringify(parseLossless(text))).toBe(text);
  },
);

test('canonical text does not depend on the order of keys, and does on everything else', () => {
  expect(canonicalJson(parseLossless('{"b":{"d":1.10,"c":2},"a":[2,1]}'))).toBe('{"a":[2,1],"b":{"c":2,"d":1.10}}');
});
