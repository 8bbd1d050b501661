import vm from 'node:vm';
import { LegacyFakeTimers, ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** Stands for Node's own realm where jest asks for a context. */
const ownRealm = Object.freeze({});

/** Jest replaces it for each file, to report a test that calls it. */
const exit = process.exit.bind(process);

/** Compiled modules by their file; each call of one is a module of its own. */
const compiled = new Map();

const { compileFunction } = vm;
vm.compileFunction = (source, parameters, options) => {
  if (options?.parsingContext !== ownRealm) return compileFunction(source, parameters, options);
  const { filename } = options;
  const known = compiled.get(filename);
  if (known?.source === source && known.parameters === parameters.join()) return known.module;
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const module = compileFunction(source, parameters, { filename, importModuleDynamically });
  compiled.set(filename, { source, parameters: parameters.join(), module });
  return module;
};

/**
 * A jest environment in Node's own realm: what installed packages make, which are loaded once for all test files, is of the
 * same classes as what a test makes. A file leaves neither variables of the process nor timers to the next one.
 */
export default class OwnRealmEnvironment {
  global = globalThis;
  #left = { env: { ...process.env }, console };

  constructor({ projectConfig }) {
    const { global } = this;
    global.global = global;
    this.moduleMocker = new ModuleMocker(global);
    const timerConfig = { idToRef: (id) => id, refToId: (timer) => timer };
    this.fakeTimers = new LegacyFakeTimers({
      config: projectConfig,
      global,
      moduleMocker: this.moduleMocker,
      timerConfig,
    });
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global });
  }

  async setup() {}

  async teardown() {
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    const { env, console: before } = this.#left;
    for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) delete process.env[name];
    Object.assign(process.env, env);
    globalThis.console = before;
    process.exit = exit;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return ownRealm;
  }
}
