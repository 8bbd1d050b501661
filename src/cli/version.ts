import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '../logging/logger.ts';
import { bundleWorkflows } from '../workers/bundle.ts';
import { buildIdOf } from '../workers/version.ts';
import { exitCodes, type CommandContext, type CommandResult } from './command.ts';

/** `steward version`: the release, and the build id of the workflows that a worker of it runs. Asks no server. */
export async function version({ clone }: Pick<CommandContext, 'clone'>): Promise<CommandResult> {
  const manifest = JSON.parse(await readFile(join(clone, 'package.json'), 'utf8')) as { readonly version: string };
  const buildId = buildIdOf(await bundleWorkflows(createLogger({ level: 'error' })));
  return {
    text: `marketplace-steward ${manifest.version}, build id ${buildId}`,
    document: { version: manifest.version, buildId },
    exitCode: exitCodes.ok,
  };
}
