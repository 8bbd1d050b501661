import type { Envelope } from '../events/parse.ts';
import { expectedUsername, usernamePattern, type CredentialSetting } from './ingressSchema.ts';
import type { FileConfiguration } from './schema.ts';
import { chosen, leastKeyCharacters, Secret, type ReadSecret, type SecretForm } from './secret.ts';

/** A header that a sender proves itself with. */
export interface HeaderCredential {
  readonly kind: 'header';
  /** Name of the header, in lower case. */
  readonly header: string;
  /** The whole value of that header. */
  readonly value: Secret;
}

/** HTTP Basic (RFC 7617). */
export interface BasicCredential {
  readonly kind: 'basic';
  /** User name and password with a colon between them. */
  readonly userPass: Secret;
}

/** An OAuth 2.0 access token that is a JWT (RFC 9068), signed with a key of the issuer's set. */
export type BearerCredential = Extract<CredentialSetting, { kind: 'bearer' }>;

/** One way in which a sender may prove itself. */
export type IngressCredential = HeaderCredential | BasicCredential | BearerCredential;

/** Signatures of the vendor over the body, asked for beside a credential. */
export interface SignatureSetting {
  readonly jwksUrl: string;
}

/** How senders prove themselves. */
export interface IngressAuthentication {
  /** By envelope; any one of them admits. */
  readonly credentials: Readonly<Record<Envelope, readonly IngressCredential[]>>;
  /** By envelope; absent where no signature is asked for. */
  readonly signatures: { readonly webhook?: SignatureSetting };
}

type Basic = Extract<CredentialSetting, { kind: 'basic' }>;

const key = chosen(leastKeyCharacters);
const username: SecretForm = { isRight: (text) => usernamePattern.test(text), expected: expectedUsername };

function basicCredential(setting: Basic, read: ReadSecret, field: string): BasicCredential {
  const password = read(setting.passwordVariable, `${field}.passwordVariable`, key);
  const name =
    setting.usernameVariable === undefined
      ? (setting.username ?? '')
      : read(setting.usernameVariable, `${field}.usernameVariable`, username).reveal();
  return { kind: 'basic', userPass: new Secret(password.variable, `${name}:${password.reveal()}`) };
}

/**
 * Credentials with their secrets.
 * @param field of the list, for what is wrong.
 */
export function credentialsOf(
  settings: readonly CredentialSetting[],
  field: string,
  read: ReadSecret,
): readonly IngressCredential[] {
  return settings.map((setting, index) => {
    const place = `${field}[${index}]`;
    switch (setting.kind) {
      case 'header': {
        const { kind, header, valueVariable } = setting;
        return { kind, header, value: read(valueVariable, `${place}.valueVariable`, key) };
      }
      case 'basic':
        return basicCredential(setting, read, place);
      case 'bearer':
        return setting;
    }
  });
}

/**
 * The credentials of each envelope, with their secrets. A process that takes no events holds no keys of senders.
 */
export function ingressAuthentication(
  ingress: FileConfiguration['ingress'],
  read: ReadSecret,
  needed: boolean,
): IngressAuthentication {
  if (!needed) return { credentials: { eventbridge: [], webhook: [] }, signatures: {} };
  const ofEnvelope = (envelope: Envelope): readonly IngressCredential[] =>
    credentialsOf(ingress.credentials[envelope], `ingress.credentials.${envelope}`, read);
  return {
    credentials: { eventbridge: ofEnvelope('eventbridge'), webhook: ofEnvelope('webhook') },
    signatures: ingress.signatures,
  };
}
