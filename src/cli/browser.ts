import { accessSync, constants } from 'node:fs';
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** How an address is opened: a program of the system, which is given the address as one argument, and no shell. */
export interface Opener {
  readonly file: string;
  readonly args: readonly string[];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How this system opens an address for somebody who sits at it; undefined where no way is known. */
export function openerOf(
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
  isThere: (file: string) => boolean = isExecutable,
): Opener | undefined {
  if (platform === 'darwin') return { file: '/usr/bin/open', args: [] };
  if (platform === 'win32') return { file: 'rundll32.exe', args: ['url.dll,FileProtocolHandler'] };
  const hasScreen = Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
  if (!hasScreen) return undefined;
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const file = folders.map((folder) => join(folder, 'xdg-open')).find(isThere);
  return file === undefined ? undefined : { file, args: [] };
}

/** Starts it, and leaves it to itself. @returns whether it could be started. */
export function openAddress({ file, args }: Opener, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, [...args, address], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
