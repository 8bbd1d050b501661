import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createLogger } from '../logging/logger.ts';
import { compacted } from './compactBundle.ts';
import { keep, kept, keyOfSources, madeOnce } from './keptBundle.ts';
import { temporalLogger } from './temporalLogger.ts';

/** Which bundle: with OpenTelemetry’s code, a third larger, only where traces are configured. */
interface BundleKind {
  readonly traced: boolean;
}

const placeOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { resolve } = createRequire(import.meta.url);
/** Of the sources, and of what is compiled from them. */
const ending = extname(import.meta.url);

/** What an image or a package brings along. `src` and `dist` are as far from it as each other. */
const prebuiltFolder = placeOf('../../dist/bundle');
const keptFolder = placeOf('../../.steward/bundles');
/** Each folder holds one bundle. */
const placeIn = (folder: string, { traced }: BundleKind): string => (traced ? `${folder}/traced` : folder);
const root = placeOf('../../');

/** A key of what decides the bundle's content: the workflows' code, what is made of it, and the SDK's version. */
const keyOfCode = ({ traced }: BundleKind): Promise<string> =>
  keyOfSources(
    placeOf('../workflows'),
    placeOf(`../defined${ending}`),
    placeOf(`./bundle${ending}`),
    placeOf(`./compactBundle${ending}`),
    ...(traced ? [placeOf(`../tracing/workflowInterceptors${ending}`)] : []),
    ...['worker', 'workflow', 'common', ...(traced ? ['interceptors-opentelemetry'] : [])].map((name) =>
      resolve(`@temporalio/${name}/package.json`),
    ),
  );

/** What each workflow would evaluate for itself; none keeps state in its modules (test/workflows/moduleState.test.ts). */
const paths = [
  placeOf('../../src/workflows/index.ts'),
  placeOf('../../src/workflows/shared/payloadConverter.ts'),
  placeOf('../../src/workflows/shared/failureConverter.ts'),
  placeOf('../../src/workflows/interceptors.ts'),
] as const;

const tracingPath = placeOf('../../src/tracing/workflowInterceptors.ts');

type WebpackConfiguration = Parameters<NonNullable<Parameters<typeof bundleWorkflowCode>[0]['webpackConfigHook']>>[0];
type Rule = NonNullable<NonNullable<WebpackConfiguration['module']>['rules']>[number];

/** The SDK compiles TypeScript to ES2017, where a spread is a call of a helper. Every Node that we run on knows ES2022. */
function compiledForNode(rule: Rule): Rule {
  if (typeof rule !== 'object' || rule === null || typeof rule.use !== 'object' || rule.use === null) return rule;
  if (!('options' in rule.use) || typeof rule.use.options !== 'object') return rule;
  const { options } = rule.use;
  return { ...rule, use: { ...rule.use, options: { ...options, jsc: { ...options['jsc'], target: 'es2022' } } } };
}

/**
 * Always of the sources, in a clone and in the build of an image alike, and with no path of this machine: so the tests, a
 * replay and every image of one commit have the same code, byte for byte, and the same build id.
 */
async function bundle(logger: Logger, { traced }: BundleKind): Promise<string> {
  const [workflowsPath, payloadConverterPath, failureConverterPath, interceptorsPath] = paths;
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath,
    failureConverterPath,
    // Not among the preloaded: what OpenTelemetry keeps in its modules is one workflow's.
    workflowInterceptorModules: [interceptorsPath, ...(traced ? [tracingPath] : [])],
    preloadModules: [...paths],
    logger: temporalLogger(logger),
    webpackConfigHook: (config) => ({
      ...config,
      context: root,
      resolve: { ...config.resolve, symlinks: false },
      module: { ...config.module, rules: (config.module?.rules ?? []).map(compiledForNode) },
    }),
  });
  return compacted(code, root);
}

/**
 * The code of all workflows as one bundle. An image and a package bring it along: a worker that uses it loads neither
 * webpack's compiler nor swc, which wants a folder where it may write and execute. In a clone the first process makes
 * it, in three seconds of one core, and keeps it for the next ones. No process uses a bundle of other code.
 * @throws where no bundle of this code is there and this process cannot make one.
 */
export async function bundleWorkflows(logger: Logger, kind: BundleKind = { traced: false }): Promise<WorkflowBundle> {
  const key = await keyOfCode(kind);
  const make = () =>
    bundle(logger, kind).catch((cause: unknown) => {
      const found = `${prebuiltFolder} has no workflow bundle of this code, and this process could not make one`;
      throw new Error(`${found}. Build the image or the package again.`, { cause });
    });
  const [prebuilt, keeping] = [placeIn(prebuiltFolder, kind), placeIn(keptFolder, kind)];
  return { code: (await kept(prebuilt, key)) ?? (await madeOnce(keeping, key, make)) };
}

/** Makes the bundles that an image or a package brings along. */
export async function prebuildWorkflows(): Promise<void> {
  for (const traced of [false, true]) {
    const kind = { traced };
    await keep(placeIn(prebuiltFolder, kind), await keyOfCode(kind), await bundle(createLogger(), kind));
  }
}
