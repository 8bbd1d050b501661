import { createHash } from 'node:crypto';

/**
 * An identity as a service takes it: itself where it fits, else its SHA-256 in hex; the same one always gives the same.
 * @param longest in characters.
 */
export function fittingIdentity(identity: string, longest: number): string {
  const fits = identity.length <= longest && /^[\x21-\x7e]+$/.test(identity);
  return fits ? identity : createHash('sha256').update(identity).digest('hex');
}
