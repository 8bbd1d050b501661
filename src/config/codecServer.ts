import { defined } from '../defined.ts';
import type { FileCodecServer } from './codecServerSchema.ts';
import type { ConfigurationProblem } from './errors.ts';
import { credentialsOf, type IngressCredential } from './ingressCredentials.ts';
import type { ReadSecret, Secret } from './secret.ts';

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

/** In characters. */
const shortestPassword = 20;

/**
 * Reads the section's secrets, and checks their shape.
 * @param problems gets what is wrong with one: its variable and what would be right, never its value.
 */
export function codecServerOf(
  { host, port, origins, credentials, signIn }: FileCodecServer,
  read: ReadSecret,
  problems: ConfigurationProblem[],
): CodecServerConfiguration {
  const password = signIn && read(signIn.passwordVariable, 'codecServer.signIn.passwordVariable');
  const length = password?.reveal().length ?? 0;
  if (password !== undefined && length > 0 && length < shortestPassword) {
    const message = `found a text of ${length} characters, expected ${shortestPassword} at least: it decrypts everything`;
    problems.push({ field: password.variable, message });
  }
  const proofs = credentialsOf(credentials, 'codecServer.credentials', read, problems);
  return { host, port, origins, credentials: proofs, ...defined({ password }) };
}
