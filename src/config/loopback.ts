import { isIP } from 'node:net';

/**
 * Whether a host name or address can only be reached from the machine itself. It stands alone, since every command asks it
 * about Temporal's address: the schema library of the other fields takes longer to load than most commands take to run.
 */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
