/** The borders between the folders of src (docs/architecture.md). */
const runTimeOnly = { dependencyTypesNot: ['type-only'] };
export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true, viaOnly: runTimeOnly } },
    {
      name: 'workflows-pure',
      comment: 'Workflow code is replayed: nothing from outside but the SDK may run in it.',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { pathNot: ['^src/workflows/', '^src/defined.ts$', 'node_modules/@temporalio/(workflow|common)/'], ...runTimeOnly },
    },
    {
      name: 'product-alone',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(packages|bench|tools|test)/' },
    },
    {
      name: 'simulators-alone',
      comment: 'A simulator that shared code with what it tests would share its errors.',
      severity: 'error',
      from: { path: '^packages/simulators/src/' },
      to: { path: '^(src|packages/(testing|demo)|bench|tools|test)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: false,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
