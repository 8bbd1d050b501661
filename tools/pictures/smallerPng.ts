import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signatureBytes = 8;
/** Length and name before a chunk's data, its checksum after them. */
const chunkFrame = { before: 8, after: 4 };
const channels = 3;

/**
 * The same picture in fewer bytes: a browser packs for speed, and the flat areas of a page pack best without filters.
 * @param png 8-bit RGB, not interlaced, as Chromium takes it of a page
 */
export function smallerPng(png: Buffer): Buffer {
  const header = chunks(png, 'IHDR');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colourType, , , interlaced] = header.subarray(8);
  if (depth !== 8 || colourType !== 2 || interlaced !== 0) {
    throw new Error(`expected a PNG of 8-bit RGB without interlacing, found depth ${depth}, colour type ${colourType}`);
  }
  const rows = withoutFilters(inflateSync(chunks(png, 'IDAT')), width * channels, height);
  return Buffer.concat([
    png.subarray(0, signatureBytes),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunks(png: Buffer, name: string): Buffer {
  const found: Buffer[] = [];
  for (let at = signatureBytes; at < png.length;) {
    const start = at + chunkFrame.before;
    const end = start + png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, start) === name) found.push(png.subarray(start, end));
    at = end + chunkFrame.after;
  }
  return Buffer.concat(found);
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

/** Rows keep their leading byte, which names the filter: none. */
function withoutFilters(filtered: Buffer, rowBytes: number, height: number): Buffer {
  const rows = Buffer.alloc(filtered.length);
  for (let y = 0; y < height; y += 1) {
    const start = y * (rowBytes + 1) + 1;
    const filter = filtered[start - 1];
    for (let x = 0; x < rowBytes; x += 1) {
      const at = start + x;
      const left = x < channels ? 0 : (rows[at - channels] ?? 0);
      const above = y === 0 ? 0 : (rows[at - rowBytes - 1] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (rows[at - rowBytes - 1 - channels] ?? 0);
      rows[at] = (filtered[at] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return rows;
}

/** The five filters of the PNG specification, section 9. */
function predicted(filter: number | undefined, left: number, above: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, corner);
    default:
      throw new Error(`unknown PNG filter ${filter}`);
  }
}

function paeth(left: number, above: number, corner: number): number {
  const toRejected = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toRejected <= toAbove && toRejected <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
