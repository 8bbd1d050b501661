import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * @returns the path of a Chromium: what STEWARD_CHROMIUM names, else the first on the PATH; undefined where there is
 * none, and then the tests that check pages are skipped
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const configured = environment['STEWARD_CHROMIUM'];
  if (configured) return configured;
  return executableOnPath(names, environment);
}

/** The first executable of these names on the PATH. */
export function executableOnPath(some: readonly string[], environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => some.map((name) => join(folder, name))).find((path) => existsSync(path));
}
