import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { installPythonTool } from './pythonTool.ts';

/** What Helm makes of a chart with some values. */
export interface Rendered {
  /** What `helm lint --strict` has to say. */
  readonly lint: readonly string[];
  /** The text of each file by its path in the chart; absent where the values were refused. */
  readonly manifests?: Readonly<Record<string, string>>;
  /** Why the values were refused. */
  readonly refused?: string;
}

const program = fileURLToPath(new URL('../../python/helm.py', import.meta.url));

/**
 * Lints and renders a chart with Helm's own library, once for each of the values.
 * @param chart its folder.
 * @throws PythonToolUnavailable where Helm cannot be had; and where it fails otherwise.
 */
export async function renderChart(chart: string, renders: readonly object[]): Promise<readonly Rendered[]> {
  const packages = await installPythonTool('helm-python-sdk');
  const child = spawn('python3', [program], { env: { ...process.env, PYTHONPATH: packages } });
  const closed = once(child, 'close') as Promise<[number | null]>;
  child.stdin.end(JSON.stringify({ chart, renders }));
  const [output, problem, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (code !== 0) throw new Error(`Helm failed: ${problem}`);
  return JSON.parse(output) as readonly Rendered[];
}
