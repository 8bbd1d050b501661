/** Loaded before a process of the steward (`node --import`): it breaks the promise that CHAOS_BREACH names. */
import { registerHooks } from 'node:module';
import { breachNamed, type Piece } from './breaches.ts';
import { exchanged } from './pieces.ts';

const breach = breachNamed(process.env['CHAOS_BREACH'] ?? '');
/** Where the bundle of the workflows is made of changed sources: the place of `bundle.ts` among those. */
const bundledFrom = process.env['CHAOS_BREACH_BUNDLE'];
const place = 'fileURLToPath(new URL(path, import.meta.url))';
const bundle: readonly Piece[] =
  bundledFrom === undefined
    ? []
    : [
        {
          file: 'src/workers/bundle.ts',
          text: place,
          by: `fileURLToPath(new URL(path, ${JSON.stringify(bundledFrom)}))`,
        },
      ];
const root = new URL('../../../', import.meta.url).href;
const pieces = [...breach.pieces, ...bundle];
const files = new Map(pieces.map(({ file }) => [`${root}${file}`, file]));

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const file = files.get(url);
    if (file === undefined) return loaded;
    const { source } = loaded;
    if (source === undefined || source === null) throw new Error(`${file} was loaded without its source`);
    const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
    return { ...loaded, source: exchanged(file, text, pieces) };
  },
});
