import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type BundleOptions, type WorkflowBundle } from '@temporalio/worker';
import { payloadConverterPath } from '../../../src/delivery/dataConverter.ts';
import { temporalLogger } from '../../../src/workers/temporalLogger.ts';
import { silent } from '@marketplace-steward/testing/silent';

const placeOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const own = placeOf('.');
/** What is recorded, and what records it. */
const recorders = new Map([
  [placeOf('../../../src/workflows/shared/case.ts'), placeOf('case.ts')],
  [placeOf('../../../src/workflows/submitPermits/permits.ts'), placeOf('permits.ts')],
]);

type Configuration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type Plugin = NonNullable<Configuration['plugins']>[number];

/** Puts the recorders in the place of what they record, wherever it is imported but in themselves. */
const recording: Plugin = {
  apply(compiler: {
    hooks: { normalModuleFactory: { tap: (name: string, take: (factory: Factory) => void) => void } };
  }) {
    compiler.hooks.normalModuleFactory.tap('recording', (factory) => {
      factory.hooks.beforeResolve.tap('recording', (module) => {
        const recorder = recorders.get(resolve(module.context, module.request));
        if (recorder !== undefined && resolve(module.context) !== resolve(own)) module.request = recorder;
      });
    });
  },
} as Plugin;

interface Factory {
  readonly hooks: {
    readonly beforeResolve: {
      readonly tap: (name: string, take: (module: { readonly context: string; request: string }) => void) => void;
    };
  };
}

/** The product's workflows, with every transition recorded. */
export function bundleRecording(): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath: placeOf('../../../src/workflows/index.ts'),
    payloadConverterPath,
    logger: temporalLogger(silent),
    webpackConfigHook: (configuration) => ({
      ...configuration,
      plugins: [...(configuration.plugins ?? []), recording],
    }),
  });
}
