/** The borders between the folders of src (docs/architecture.md): an allow list, checked by `npm test`. */
const runTimeOnly = { dependencyTypesNot: ['type-only'] };
export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true, viaOnly: runTimeOnly } },
    {
      name: 'workflows-pure',
      comment: 'Workflow code is replayed: nothing from outside but the SDK may run in it.',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { pathNot: ['^src/workflows/', 'node_modules/@temporalio/(workflow|common)/'], ...runTimeOnly },
    },
    {
      name: 'events-alone',
      comment: 'Parsing depends on the vendors’ documents only.',
      severity: 'error',
      from: { path: '^src/events/' },
      to: { path: '^src/', pathNot: '^src/events/' },
    },
    {
      name: 'ports-narrow',
      comment: 'Ports are interfaces: they know the workflows’ types and no adapter.',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { path: '^src/', pathNot: ['^src/ports/', '^src/workflows/', '^src/events/'], ...runTimeOnly },
    },
    {
      name: 'vendors-behind-ports',
      comment:
        'Only the composition root and the simulators’ tests know the adapters; everything else speaks to a port.',
      severity: 'error',
      from: { path: '^src/(events|delivery|ingress|workflows|activities|ports|config)/' },
      to: { path: ['^src/(vendors|channels|transport)/', 'node_modules/@aws-sdk/'], ...runTimeOnly },
    },
    {
      name: 'simulators-in-development-only',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/dev/', '^src/simulators/'] },
      to: { path: ['^src/simulators/', '^src/dev/'] },
    },
    {
      name: 'simulators-alone',
      comment: 'A simulator that shared code with what it tests would share its errors.',
      severity: 'error',
      from: { path: '^src/simulators/' },
      to: { path: '^src/', pathNot: '^src/simulators/' },
    },
    {
      name: 'libraries-know-no-command',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
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
