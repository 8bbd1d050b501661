import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { CommandContext } from './command.ts';
import { parsedJson } from './files.ts';

const credential = z.object({ header: z.string().min(1), value: z.string().min(1) });
const schema = z.looseObject({
  ingress: z.url(),
  temporal: z.string().min(1),
  namespace: z.string().min(1),
  ui: z.url().optional(),
  credentials: z.object({ eventbridge: credential, webhook: credential }),
});

/** What a running `npm start` says of itself, and the file that it says it in. */
export type Endpoints = z.infer<typeof schema> & { readonly file: string };

/**
 * The addresses of the `npm start` that is up: `endpoints.json` of the folder that STEWARD_HOME names; where it names none,
 * of `.steward/` in the current folder, else in the clone.
 * A note names a file that does not hold what it should; it is ignored.
 * @returns undefined where there is none
 */
export function findEndpoints(
  context: Pick<CommandContext, 'environment' | 'workingDirectory' | 'clone' | 'note'>,
): Endpoints | undefined {
  const { environment, workingDirectory, clone, note } = context;
  const home = environment['STEWARD_HOME'];
  const folders = home
    ? [resolve(workingDirectory, home)]
    : [workingDirectory, clone].map((folder) => join(folder, '.steward'));
  for (const folder of new Set(folders)) {
    const file = join(folder, 'endpoints.json');
    const text = readIfThere(file);
    if (text === undefined) continue;
    const endpoints = schema.safeParse(parsedJson(text));
    if (endpoints.success) return { ...endpoints.data, file };
    const problem = endpoints.error.issues[0];
    note(`${file} is ignored: ${problem?.path.join('.') || 'the file'}: ${problem?.message ?? 'unreadable'}`);
  }
  return undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
