/**
 * Loaded before a worker: it makes the workflows' code another version, with a further command in every phase, so that
 * no run of one version can be continued by the other. The rest of the worker is as it is.
 */
import { registerHooks } from 'node:module';

const found = 'return { code: (await kept(prebuilt, key)) ?? (await madeOnce(keeping, key, make)) };';
const put = `const { code } = { code: (await kept(prebuilt, key)) ?? (await madeOnce(keeping, key, make)) };
  const { otherVersion } = await import('@marketplace-steward/testing/otherVersion');
  return otherVersion({ code });`;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/src/workers/bundle.ts')) return loaded;
    const source =
      typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
    if (!source.includes(found)) throw new Error('src/workers/bundle.ts has another form');
    return { ...loaded, source: source.replace(found, put) };
  },
});
