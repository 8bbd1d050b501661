import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Demo } from '@marketplace-steward/demo/demoProcess';
import { take } from './take.ts';
import { terminalPage } from './terminalPage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const size = { columns: 100, rows: 40 };
/** OSC 8, which makes words a link. */
// oxlint-disable-next-line no-control-regex -- terminals are controlled by such characters
const links = /\u001b\]8;[^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

// oxlint-disable-next-line no-control-regex -- as above
const erasures = /\u001b\[\d?[JK]/g;

/** What a command shows in a terminal of this size: util-linux's `script` gives it one. */
function shown(words: readonly string[], { endpoints }: Demo): readonly string[] {
  const command = `stty cols ${size.columns} rows ${size.rows}; exec "$NODE" "$ENTRY" ${words.map(quoted).join(' ')}`;
  const { stdout, status } = spawnSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      NODE: process.execPath,
      ENTRY: join(root, 'bin', 'steward.mjs'),
      TERM: 'xterm-256color',
      TEMPORAL_ADDRESS: endpoints.temporal,
      TEMPORAL_NAMESPACE: endpoints.namespace,
      STEWARD_UI: endpoints.ui,
    },
  });
  if (status !== 0) throw new Error(`steward ${words.join(' ')} ended with ${status}:\n${stdout}`);
  return stdout.replaceAll(links, '').trimEnd().split('\n').map(overwritten);
}

/** What is left of a line that was written over, as progress is. */
function overwritten(line: string): string {
  return (line.trimEnd().split('\r').at(-1) ?? '').replaceAll(erasures, '');
}

const quoted = (word: string): string => (/^[\w:.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A shift, one matter of it and the answer to it, as an operator's terminal shows them. */
export async function takeSession(page: Page, demo: Demo): Promise<void> {
  const { observation } = await demo.atRest('CLIENT_ERROR: needs a decision');
  const { workflowId } = observation;
  const session = [
    ['status'],
    ['show', workflowId],
    ['resolve', workflowId, '--actor', 'ann', '--reason', 'submitted with a larger logo'],
  ];
  const lines = session.flatMap((words) => [`$ steward ${words.map(quoted).join(' ')}`, ...shown(words, demo), '']);
  await page.setContent(terminalPage(lines));
  await take(page.locator('body'), 'session.png');
}
