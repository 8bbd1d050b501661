import { createRequire } from 'node:module';
import { dirname, resolve, sep } from 'node:path';
import JestRuntime from 'jest-runtime';

const installed = `${sep}node_modules${sep}`;
const load = createRequire(import.meta.url);

/** Where a module of an installed package is, by the folder and the name that asked for it; undefined: it is no such module. */
const places = new Map();

/**
 * A jest runtime that loads installed packages as Node itself does: once for all test files that a process of jest runs. To
 * evaluate the SDKs of Temporal and AWS again takes each file seconds of processor time. The code of this repository is
 * evaluated again for each file, transformed. It needs the environment beside it, which is in Node's own realm.
 */
export default class SharedPackagesRuntime extends JestRuntime {
  #resolver;

  constructor(...given) {
    super(...given);
    this.#resolver = given[2];
  }

  requireModuleOrMock(from, moduleName) {
    const place = this.#placeOf(from, moduleName);
    return place === undefined ? super.requireModuleOrMock(from, moduleName) : load(place);
  }

  #placeOf(from, moduleName) {
    // Jest would evaluate it in a realm of its own.
    if (/^[./].*\.mjs$/.test(moduleName)) return resolve(dirname(from), moduleName);
    if (/^(?:[./]|node:|@jest\/)/.test(moduleName) || this.#resolver.isCoreModule(moduleName)) return undefined;
    const key = `${dirname(from)}\0${moduleName}`;
    if (!places.has(key)) {
      const mapped = this.#resolver.resolveStubModuleName(from, moduleName, {});
      const path = mapped ?? createRequire(from).resolve(moduleName);
      // The packages of this repository are links to folders outside.
      places.set(key, path.includes(installed) ? path : undefined);
    }
    return places.get(key);
  }
}
