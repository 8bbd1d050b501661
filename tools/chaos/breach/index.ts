import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plan } from '../records.ts';
import type { Breach } from './breaches.ts';
import { exchanged } from './pieces.ts';
import { provoking } from './provoking.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const hook = new URL('./hook.ts', import.meta.url).href;
/** Among the packages’ folders, so that a bundler finds them. */
const copies = join(root, '.steward', 'chaos-breaches');

/** What a bundle of the workflows is made of and known by. */
const bundled = ['workflows', 'workers', 'defined.ts', 'failures.ts', 'addresses.ts', 'tracing', 'spans.ts'];

/** Copies what the workflows’ bundle is made of, with the pieces exchanged. Gives the address of its `bundle.ts`. */
function copied({ name, pieces }: Breach): string {
  const folder = join(copies, name);
  rmSync(folder, { recursive: true, force: true });
  for (const part of bundled) cpSync(join(root, 'src', part), join(folder, 'src', part), { recursive: true });
  for (const file of new Set(pieces.map((piece) => piece.file))) {
    writeFileSync(join(folder, file), exchanged(file, readFileSync(join(root, file), 'utf8'), pieces));
  }
  return pathToFileURL(join(folder, 'src', 'workers', 'bundle.ts')).href;
}

/** How a run breaks a promise. */
export interface BreachRun {
  /** Variables for the processes of the steward. */
  readonly environment: NodeJS.ProcessEnv;
  /** The plan, so that the breach shows for certain. */
  readonly plan: Plan;
}

/**
 * Prepares a breach. What workflows do is bundled from a changed copy of their sources; the rest is changed as it is loaded.
 * @throws Error where the sources have another form than the breach knows
 */
export function breachRun(breach: Breach, plan: Plan): BreachRun {
  for (const file of new Set(breach.pieces.map((piece) => piece.file))) {
    exchanged(file, readFileSync(join(root, file), 'utf8'), breach.pieces);
  }
  const isBundled = breach.pieces.some(({ file }) => file.startsWith('src/workflows/'));
  return {
    environment: {
      NODE_OPTIONS: `--import=${hook}`,
      CHAOS_BREACH: breach.name,
      ...(isBundled ? { CHAOS_BREACH_BUNDLE: copied(breach) } : {}),
    },
    plan: provoking(breach.name, plan),
  };
}
