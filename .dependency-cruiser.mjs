/** The borders between the rooms: made of the one table in `tools/borders.ts`, which `docs/architecture.md` shows. */
import { borderRules } from './tools/borders.ts';

export default {
  forbidden: borderRules(),
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
