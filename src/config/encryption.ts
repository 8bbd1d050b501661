import { ConfigurationError, type ConfigurationProblem } from './errors.ts';
import { encryptionSchema, type FileEncryption } from './encryptionSchema.ts';
import { parseConfigurationText, readConfigurationText } from './file.ts';
import { problemsFrom } from './problems.ts';
import { secretReader, type ReadSecret, type Secret, type SecretForm } from './secret.ts';

/** How what Temporal stores is encrypted. */
export interface Encryption {
  /** False: what is encrypted is read, and what is written stays in clear. */
  readonly encrypts: boolean;
  /** By their ids; the first encrypts, and every one decrypts. A key is 32 bytes in base64. */
  readonly keys: ReadonlyArray<{ readonly id: string; readonly key: Secret }>;
}

/** AES-256. */
const keyBytes = 32;

/** Strict base64, since Node skips what does not belong there: a key with a typing error would be another key. */
function isKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === keyBytes && bytes.toString('base64') === text;
}

const keyForm: SecretForm = {
  isRight: isKey,
  expected: `${keyBytes} bytes in base64, as "openssl rand -base64 ${keyBytes}" gives them`,
};

/**
 * Reads the section's keys.
 * @param problems gets the variables of those that are there twice, and never a value.
 */
export function encryptionOf(
  { encrypts, keys }: FileEncryption,
  read: ReadSecret,
  problems: ConfigurationProblem[],
): Encryption {
  const seen = new Map<string, string>();
  return {
    encrypts,
    keys: keys.map(({ id, keyVariable }, index) => {
      const field = `encryption.keys[${index}].keyVariable`;
      const key = read(keyVariable, field, keyForm);
      const text = key.reveal();
      const twin = seen.get(text);
      if (isKey(text) && twin !== undefined) {
        problems.push({ field: keyVariable, message: `${field} names it; found the key of ${twin}, expected another` });
      }
      seen.set(text, id);
      return { id, key };
    }),
  };
}

/**
 * Reads the section `encryption` and nothing else of the file: a command of an operator has to work while another section
 * is wrong, and needs no other secret.
 * @returns undefined where the file has no such section.
 * @throws ConfigurationError that names every field and every variable at fault, and no key.
 */
export function loadEncryption(environment: Readonly<NodeJS.ProcessEnv>, filePath: string): Encryption | undefined {
  const root = parseConfigurationText(filePath, readConfigurationText(filePath));
  const section: unknown = typeof root === 'object' && root !== null ? Reflect.get(root, 'encryption') : undefined;
  if (section === undefined) return undefined;
  const checked = encryptionSchema.safeParse(section);
  if (!checked.success) {
    const problems = problemsFrom(checked.error, section);
    throw new ConfigurationError(
      filePath,
      problems.map(({ field, message }) => ({ field: `encryption.${field}`, message })),
    );
  }
  const problems: ConfigurationProblem[] = [];
  const encryption = encryptionOf(checked.data, secretReader({ environment }, problems), problems);
  if (problems.length > 0) throw new ConfigurationError(filePath, problems);
  return encryption;
}
