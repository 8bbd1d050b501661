import type { Envelope } from '../events/parse.ts';
import type { ConfigurationProblem } from './errors.ts';
import { usernamePattern, type CredentialSetting } from './ingressSchema.ts';
import type { FileConfiguration } from './schema.ts';
import { Secret, type ReadSecret } from './secret.ts';

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

function basicCredential(
  setting: Basic,
  read: ReadSecret,
  problems: ConfigurationProblem[],
  field: string,
): BasicCredential {
  const password = read(setting.passwordVariable, `${field}.passwordVariable`);
  if (/\p{Cc}/u.test(password.reveal())) {
    const message =
      'the password holds a control character, which HTTP Basic cannot carry; perhaps a line break at its end';
    problems.push({ field: setting.passwordVariable, message });
  }
  let username = setting.username ?? '';
  if (setting.usernameVariable !== undefined) {
    username = read(setting.usernameVariable, `${field}.usernameVariable`).reveal();
    if (username !== '' && !usernamePattern.test(username)) {
      const message = 'the user name holds a colon or a control character, which HTTP Basic cannot carry';
      problems.push({ field: setting.usernameVariable, message });
    }
  }
  return { kind: 'basic', userPass: new Secret(password.variable, `${username}:${password.reveal()}`) };
}

/**
 * Credentials with their secrets.
 * @param field of the list, for what is wrong.
 */
export function credentialsOf(
  settings: readonly CredentialSetting[],
  field: string,
  read: ReadSecret,
  problems: ConfigurationProblem[],
): readonly IngressCredential[] {
  return settings.map((setting, index) => {
    const place = `${field}[${index}]`;
    switch (setting.kind) {
      case 'header': {
        const { kind, header, valueVariable } = setting;
        return { kind, header, value: read(valueVariable, `${place}.valueVariable`) };
      }
      case 'basic':
        return basicCredential(setting, read, problems, place);
      case 'bearer':
        return setting;
    }
  });
}

/**
 * The credentials of each envelope, with their secrets. A process that takes no events holds no keys of senders.
 * @param problems gets what is wrong with a secret; a missing one is reported by `read` itself.
 */
export function ingressAuthentication(
  ingress: FileConfiguration['ingress'],
  read: ReadSecret,
  problems: ConfigurationProblem[],
  needed: boolean,
): IngressAuthentication {
  if (!needed) return { credentials: { eventbridge: [], webhook: [] }, signatures: {} };
  const ofEnvelope = (envelope: Envelope): readonly IngressCredential[] =>
    credentialsOf(ingress.credentials[envelope], `ingress.credentials.${envelope}`, read, problems);
  return {
    credentials: { eventbridge: ofEnvelope('eventbridge'), webhook: ofEnvelope('webhook') },
    signatures: ingress.signatures,
  };
}
