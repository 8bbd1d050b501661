import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const loopback = ['127.0.0.1', 'localhost'];

/**
 * Runs an entry with the same standard streams and passes on the signals that this process gets.
 *
 * @param {string} node the Node to run it with
 * @param {string[]} args the entry's path and arguments, after Node's own flags
 * @returns {Promise<number>} its exit code, or 128 and the number of the signal that ended it
 */
export function runEntry(node, args) {
  return new Promise((resolve) => {
    // From 22.18 to 24.2 Node warns that it strips types: nothing that anybody here could act on.
    const argv = ['--disable-warning=ExperimentalWarning', ...args];
    keepLoopbackDirect(process.env);
    const child = spawn(node, argv, { stdio: 'inherit' });
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    process.on('SIGINT', () => {
      // A terminal sends Ctrl-C to the child too; a second one would read as impatience.
      if (!process.stdin.isTTY) child.kill('SIGINT');
    });
    child.once('error', (error) => {
      process.stderr.write(`steward: ${node} cannot be started: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/**
 * Turns this process into one that runs an entry: the process keeps its number and is the only one to signal. Where a
 * platform cannot, or this Node, it becomes the parent of one.
 *
 * @param {string} node the Node to run it with
 * @param {string[]} args the entry's path and arguments, after Node's own flags
 */
export async function becomeEntry(node, args) {
  try {
    // It warns that it is experimental a moment later, when there is no such process any more.
    process.execve?.(node, [node, ...args], process.env);
  } catch {
    // The parent does as well.
  }
  process.exitCode = await runEntry(node, args);
}

/** Everything here uses loopback, which must not go through a proxy of the environment: changes the one it is given. */
export function keepLoopbackDirect(environment) {
  const proxied = ['http_proxy', 'https_proxy', 'grpc_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  if (!proxied.some((name) => environment[name])) return;
  const given = (environment.no_proxy || environment.NO_PROXY || '').split(',').filter((host) => host !== '');
  const hosts = [...new Set([...given, ...loopback])].join(',');
  environment.no_proxy = hosts;
  environment.NO_PROXY = hosts;
}
