import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, type CommandContext, type CommandResult } from './command.ts';

type Clone = Pick<CommandContext, 'clone'>;

async function releaseOf({ clone }: Clone): Promise<string> {
  return (JSON.parse(await readFile(join(clone, 'package.json'), 'utf8')) as { readonly version: string }).version;
}

/** `steward --version`: the release alone, at once. */
export async function release(context: Clone): Promise<CommandResult> {
  const version = await releaseOf(context);
  return { text: `marketplace-steward ${version}`, document: { version }, exitCode: exitCodes.ok };
}

/** `steward version`: the release, and the build id of the workflows that a worker of it runs. Asks no server. */
export async function version(context: Clone): Promise<CommandResult> {
  const named = await releaseOf(context);
  const { bundleWorkflows } = await import('../workers/bundle.ts');
  const { buildIdOf } = await import('../workers/version.ts');
  const { createLogger } = await import('../logging/logger.ts');
  const buildId = buildIdOf(await bundleWorkflows(createLogger({ level: 'error' })));
  return {
    text: `marketplace-steward ${named}, build id ${buildId}`,
    document: { version: named, buildId },
    exitCode: exitCodes.ok,
  };
}
