import { createSecureContext } from 'node:tls';
import { createAuthority } from '@marketplace-steward/testing/certificates';

test('certificates for names of every length can be used', () => {
  // Among them some whose last line is full: OpenSSL refuses a certificate in which an empty line follows.
  for (let length = 1; length <= 48; length += 1) {
    const { certificate: cert, key } = createAuthority('an authority').issue('n'.repeat(length));
    expect(() => createSecureContext({ cert, key })).not.toThrow();
  }
});
