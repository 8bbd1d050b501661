import { defined } from '../defined.ts';
import type { FileCodecServer } from './codecServerSchema.ts';
import { credentialsOf, type IngressCredential } from './ingressCredentials.ts';
import { chosen, type ReadSecret, type Secret } from './secret.ts';

/** What the codec server runs with. */
export interface CodecServerConfiguration {
  readonly host: string;
  readonly port: number;
  readonly origins: readonly string[];
  /** Any one of them admits. */
  readonly credentials: readonly IngressCredential[];
  /** Of its sign-in page; there is none without it. */
  readonly password?: Secret;
}

/** In characters: it decrypts everything. */
const shortestPassword = 20;

/** Reads the section's secrets. */
export function codecServerOf(
  { host, port, origins, credentials, signIn }: FileCodecServer,
  read: ReadSecret,
): CodecServerConfiguration {
  const form = chosen(shortestPassword);
  const password = signIn && read(signIn.passwordVariable, 'codecServer.signIn.passwordVariable', form);
  const proofs = credentialsOf(credentials, 'codecServer.credentials', read);
  return { host, port, origins, credentials: proofs, ...defined({ password }) };
}
