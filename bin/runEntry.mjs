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

/** Everything here uses loopback, which must not go through a proxy of the environment: changes the one it is given. */
export function keepLoopbackDirect(environment) {
  const proxied = ['http_proxy', 'https_proxy', 'grpc_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  if (!proxied.some((name) => environment[name])) return;
  const given = (environment.no_proxy || environment.NO_PROXY || '').split(',').filter((host) => host !== '');
  const hosts = [...new Set([...given, ...loopback])].join(',');
  environment.no_proxy = hosts;
  environment.NO_PROXY = hosts;
}
