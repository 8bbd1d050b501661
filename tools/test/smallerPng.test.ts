import { crc32, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { smallerPng } from '../pictures/smallerPng.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const [width, height] = [3, 4];
const rowBytes = width * 3;

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

/** Each row is filtered by its number's filter, as the specification defines it forwards. */
function png(pixels: readonly number[], filters: readonly number[], colourType = 2): Buffer {
  const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : pixels[y * rowBytes + x]!);
  const rows = filters.map((filter, y) => {
    const bytes = Array.from({ length: rowBytes }, (_, x) => {
      const [left, above, corner] = [at(x - 3, y), at(x, y - 1), at(x - 3, y - 1)];
      const nearest = [left, above, corner].toSorted((a, b) => distance(a) - distance(b))[0]!;
      function distance(value: number): number {
        return Math.abs(left + above - corner - value);
      }
      const prediction = [0, left, above, Math.floor((left + above) / 2), nearest][filter]!;
      return (at(x, y) - prediction) & 0xff;
    });
    return Buffer.from([filter, ...bytes]);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, colourType], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('every pixel stays, whichever filters the picture came with', () => {
  const bytes = fc.array(fc.nat(255), { minLength: rowBytes * height, maxLength: rowBytes * height });
  const filters = fc.array(fc.nat(4), { minLength: height, maxLength: height });
  fc.assert(
    fc.property(bytes, filters, (pixels, kinds) => {
      const smaller = smallerPng(png(pixels, kinds));
      const dataStart = smaller.indexOf('IDAT') + 4;
      const rows = inflateSync(smaller.subarray(dataStart, dataStart + smaller.readUInt32BE(dataStart - 8)));
      const shown = pixels.flatMap((value, index) => (index % rowBytes === 0 ? [0, value] : [value]));
      expect([...rows]).toEqual(shown);
    }),
  );
});

test('a picture of another kind is refused', () => {
  expect(() => smallerPng(png(Array<number>(rowBytes * height).fill(0), [0, 0, 0, 0], 6))).toThrow(/8-bit RGB/);
});
