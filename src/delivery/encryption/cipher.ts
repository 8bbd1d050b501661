import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Secret } from '../../config/secret.ts';

/** NIST SP 800-38D, section 8.2.2: random nonces of 96 bits. One key then is good for 2^32 of them (section 8.3). */
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/** Encrypts and decrypts with one key. */
export interface Cipher {
  /** Gives nonce, ciphertext and tag, 28 bytes more than it gets. */
  encrypt(plain: Uint8Array): Buffer;
  /** Throws where the bytes are not what `encrypt` gave: another key, or a byte that was changed. */
  decrypt(encrypted: Uint8Array): Buffer;
}

/** What a change of the key's id in the metadata has to break. */
const associatedData = (keyId: string): Buffer => Buffer.from(`binary/encrypted ${algorithm} ${keyId}`, 'utf8');

/**
 * AES-256-GCM (NIST SP 800-38D), with a fresh nonce each time, bound to the id of the key.
 * @param secret 32 bytes in base64.
 */
export function createCipher(keyId: string, secret: Secret): Cipher {
  const key: KeyObject = createSecretKey(Buffer.from(secret.reveal(), 'base64'));
  const bound = associatedData(keyId);
  return {
    encrypt(plain) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(bound);
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(encrypted) {
      if (encrypted.length < nonceBytes + tagBytes) throw new Error('fewer bytes than nonce and tag have');
      const bytes = Buffer.from(encrypted.buffer, encrypted.byteOffset, encrypted.length);
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(bound)
        .setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    },
  };
}
