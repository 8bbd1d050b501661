import { createHash } from 'node:crypto';
import type { Encryption } from '../../../src/config/encryption.ts';
import { Secret } from '../../../src/config/secret.ts';

/** A key for tests, in base64: of one name always the same. */
export function keyNamed(name: string): string {
  return createHash('sha256').update(name).digest('base64');
}

/** What a configuration with these keys gives: the first encrypts. */
export function encryptedBy(...ids: readonly [string, ...string[]]): Encryption {
  return { encrypts: true, keys: ids.map((id) => ({ id, key: new Secret(`KEY_${id}`, keyNamed(id)) })) };
}
