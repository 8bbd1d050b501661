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
const serverTests = ['integration', 'timeSkipping', 'chaos', 'replay', 'e2e'];

export default {
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: serverTests.map((name) => `<rootDir>/test/${name}/`),
    },
    {
      ...shared,
      displayName: 'server',
      testMatch: serverTests.map((name) => `<rootDir>/test/${name}/**/*.test.ts`),
      globalSetup: '<rootDir>/test/support/temporalSetup.ts',
      globalTeardown: '<rootDir>/test/support/temporalTeardown.ts',
    },
  ],
};
