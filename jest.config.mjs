import { fileURLToPath } from 'node:url';
import { findChromium } from './packages/testing/src/chromium.ts';

// The commands that tests run find compiled what another one has compiled, and so do jest's own processes.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('.steward/compile-cache', import.meta.url));

/**
 * Four projects: the files of `unit` need no server; those of `server` and `chaos` start real processes, each in a
 * namespace of its own on one Temporal dev server that lives as long as the run; `containers` run on a Docker engine.
 */
const shared = {
  testEnvironment: '<rootDir>/packages/testing/src/jest/environment.mjs',
  runtime: '<rootDir>/packages/testing/src/jest/runtime.mjs',
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // It names itself for ES modules only; Node takes it by require all the same.
  moduleNameMapper: { '^fauxqs$': '<rootDir>/node_modules/fauxqs/dist/app.js' },
  modulePathIgnorePatterns: ['<rootDir>/.steward/', '<rootDir>/dist/', '<rootDir>/packages/[^/]+/dist/'],
};
const onServer = {
  ...shared,
  globalSetup: '<rootDir>/packages/testing/src/temporal/jestSetup.ts',
  globalTeardown: '<rootDir>/packages/testing/src/temporal/jestTeardown.ts',
};
const places = ['test', 'bench/test', 'tools/test', 'packages/*/test'];
const filesOf = (kinds) => places.flatMap((place) => kinds.map((kind) => `<rootDir>/${place}/${kind}/**/*.test.ts`));
const pages = findChromium() === undefined ? [] : ['e2e'];
const serverKinds = ['integration', 'timeSkipping', 'replay'];

export default {
  testTimeout: 60_000,
  testSequencer: '<rootDir>/tools/testOrder.mjs',
  reporters: ['default', '<rootDir>/tools/tallyReporter.mjs'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      setupFilesAfterEnv: ['<rootDir>/packages/testing/src/jest/unhurried.ts'],
      testMatch: places.map((place) => `<rootDir>/${place}/**/*.test.ts`),
      testPathIgnorePatterns: [...serverKinds, 'e2e', 'chaos', 'containers'].map((kind) => `/test/${kind}/`),
    },
    { ...onServer, displayName: 'server', testMatch: filesOf([...serverKinds, ...pages]) },
    { ...onServer, displayName: 'chaos', testMatch: filesOf(['chaos']) },
    { ...shared, displayName: 'containers', testMatch: filesOf(['containers']) },
  ],
};
