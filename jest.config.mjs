/**
 * Two projects: `unit` may run in parallel; `server` files start real processes and run two at a time, each in a
 * namespace of its own on one Temporal dev server that lives as long as the run.
 */
const shared = {
  testEnvironment: 'node',
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
  modulePathIgnorePatterns: ['<rootDir>/.steward/', '<rootDir>/dist/'],
};
const places = ['test', 'bench/test', 'tools/test', 'packages/*/test'];
const serverKinds = ['integration', 'timeSkipping', 'chaos', 'replay', 'e2e'];

export default {
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: places.map((place) => `<rootDir>/${place}/**/*.test.ts`),
      testPathIgnorePatterns: serverKinds.map((kind) => `/test/${kind}/`),
    },
    {
      ...shared,
      displayName: 'server',
      testMatch: places.flatMap((place) => serverKinds.map((kind) => `<rootDir>/${place}/${kind}/**/*.test.ts`)),
      globalSetup: '<rootDir>/packages/testing/src/temporal/jestSetup.ts',
      globalTeardown: '<rootDir>/packages/testing/src/temporal/jestTeardown.ts',
    },
  ],
};
