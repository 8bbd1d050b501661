import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

const loopback = '127.0.0.1';
const highestPort = 65_535;
const portsTried = 100;

/**
 * A loopback port nobody listens on at the moment.
 *
 * @param preferred the port wanted; where it is taken, the next free one above it. Left out or 0: any free port.
 * @returns the port; another process may still take it before the caller does.
 * @throws RangeError for a `preferred` that is no port number
 */
export async function freePort(preferred = 0): Promise<number> {
  if (!Number.isInteger(preferred) || preferred < 0 || preferred > highestPort) {
    throw new RangeError(`port must be a whole number from 0 to ${highestPort}, found ${preferred}`);
  }
  if (preferred > 0) {
    const last = Math.min(preferred + portsTried, highestPort);
    for (let port = preferred; port <= last; port += 1) {
      if ((await tryPort(port)) !== undefined) return port;
    }
  }
  const port = await tryPort(0);
  if (port === undefined) throw new Error(`no port is free on ${loopback}`);
  return port;
}

/** A free port as `freePort` gives it; the log says where it is another one than the one that is wanted. */
export async function choosePort(what: string, wanted: number, log: (line: string) => void): Promise<number> {
  const port = await freePort(wanted);
  if (wanted !== 0 && port !== wanted) log(`port ${wanted} is taken: ${what} uses ${port}`);
  return port;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
