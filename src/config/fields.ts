import { isIP } from 'node:net';
import { z } from 'zod';
import { isLoopback } from './loopback.ts';

/**
 * The name of an environment variable. Names are upper case by convention; a value pasted in the place of a name seldom
 * is, and is not repeated in errors.
 */
export const variableName = z
  .string('the NAME of an environment variable')
  .regex(/^[A-Z_][A-Z0-9_]{0,199}$/, 'the NAME of an environment variable: A-Z, 0-9 and _');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The name of a time zone. */
export const timeZone = z.string().refine(isTimeZone, 'the IANA name of a time zone, for instance Europe/Berlin');

const expectedRole = 'the ARN of an IAM role: arn:aws:iam::<12 digits>:role/<name>';
const expectedExternalId = '2 to 1,224 characters: letters, digits and _+=,.@:/-';

/** The role that is assumed for an account. */
export const role = z.strictObject({
  /** IAM identifiers: path and name of a role, of which the name is its last part. */
  arn: z
    .string(expectedRole)
    .regex(/^arn:aws(-[a-z]+)*:iam::[0-9]{12}:role\/([!-~]{1,510}\/)?[\w+=,.@-]{1,64}$/, expectedRole),
  /** What the role's trust policy asks for (STS API reference, AssumeRole). Not a secret for AWS, and kept out of logs. */
  externalId: z
    .string(expectedExternalId)
    .regex(/^[\w+=,.@:/-]{2,1224}$/, expectedExternalId)
    .exactOptional(),
});

/** An access key, by the variables that hold it. */
export const accessKey = z.strictObject({ accessKeyIdVariable: variableName, secretAccessKeyVariable: variableName });

const expectedAddress = 'an IP address and a port to listen on, for instance 127.0.0.1:9464 or 0.0.0.0:9464';

function isBindAddress(text: string): boolean {
  const [, host = '', port = ''] = /^\[?([0-9a-fA-F.:]+?)\]?:([0-9]{1,5})$/.exec(text) ?? [];
  const needsBrackets = isIP(host) === 6;
  return isIP(host) !== 0 && needsBrackets === text.startsWith('[') && Number(port) >= 1 && Number(port) <= 65_535;
}

/** Where a process listens, `host:port`; the host as a number, since no name is looked up there. */
export const bindAddress = z.string(expectedAddress).refine(isBindAddress, expectedAddress);

/** Whether nobody can read what is sent to an address on its way: https, or plain HTTP that does not leave the machine. */
export function isPrivateOnItsWay(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[(.*)\]$/, '$1')));
}

/** What an address of the configuration is for. */
export interface AddressUse {
  /** What travels to it or comes from it. */
  readonly carries: string;
  /** Whether nobody may read or change that on its way. */
  readonly isPrivate: boolean;
}

/** Every setting that is an address; docs/accounts.md has the list, and a test finds what is missing here. */
export const addressUses = z.registry<AddressUse>();

function isAddress(text: string, { isPrivate }: AddressUse): boolean {
  if (!/^https?:\/\/[!-~]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '' && (!isPrivate || isPrivateOnItsWay(text));
}

/**
 * An address that stands in the file itself, and so holds no secret.
 * @param isRight what else it has to be; completed by `expected`.
 */
export function address(
  use: AddressUse,
  isRight: (url: URL, text: string) => boolean = () => true,
  expected = 'a URL',
): z.ZodString {
  const scheme = use.isPrivate ? 'https:// (http:// on this machine alone)' : 'http:// or https://';
  const sentence = `${expected} that begins with ${scheme}, without user name and password`;
  return z
    .string(sentence)
    .refine((text) => isAddress(text, use) && isRight(new URL(text), text), sentence)
    .register(addressUses, use);
}
