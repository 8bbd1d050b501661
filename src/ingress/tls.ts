import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import { ConfigurationError } from '../config/errors.ts';
import { readTextFile, TextFileError } from '../config/textFile.ts';

/** Files in PEM: the certificate with those of its issuers after it, and its private key. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A pair that fits. */
export interface TlsIdentity {
  /** Of both files; two of the same key are the same. */
  readonly key: string;
  readonly context: SecureContextOptions;
  readonly certificate: X509Certificate;
}

/** A chain of certificates has some 10 kB. */
const largestFileBytes = 256 * 1024;

type Field = keyof TlsFiles;

function problem(field: Field, message: string): ConfigurationError {
  return new ConfigurationError('ingress.tls', [{ field: `ingress.tls.${field}`, message }]);
}

function textOf(files: TlsFiles, field: Field): string {
  try {
    return readTextFile(files[field], largestFileBytes);
  } catch (error) {
    if (error instanceof TextFileError) throw problem(field, error.message);
    throw error;
  }
}

/** What a reader throws quotes the file: only what was expected is said. */
function readAs<Value>(field: Field, expected: string, read: () => Value): Value {
  try {
    return read();
  } catch {
    throw problem(field, expected);
  }
}

/**
 * Reads a certificate and its key.
 * @throws ConfigurationError where they cannot be used: it names the file's setting, and repeats nothing of the file.
 */
export function readIdentity(files: TlsFiles): TlsIdentity {
  const [cert, key] = [textOf(files, 'certificateFile'), textOf(files, 'keyFile')];
  const certificate = readAs(
    'certificateFile',
    'expected a certificate in PEM form, with those of its issuers after it',
    () => new X509Certificate(cert),
  );
  const privateKey: KeyObject = readAs('keyFile', 'expected a private key in PEM form, without a passphrase', () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw problem('keyFile', 'expected the private key of the certificate in certificateFile, and it is of another');
  }
  const context: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
  readAs('certificateFile', 'expected a certificate and issuers that TLS can use; its key may be too short', () =>
    createSecureContext(context),
  );
  return { key: `${cert}\n${key}`, context, certificate };
}

function logIdentity({ certificate }: TlsIdentity, message: string, logger: Logger): void {
  const { subject, validTo, fingerprint256 } = certificate;
  const validUntil = new Date(validTo);
  const line = { subject, validUntil: validUntil.toISOString(), fingerprint256 };
  if (validUntil.getTime() > Date.now()) logger.info(line, message);
  else logger.warn(line, `${message}, and it is no longer valid: senders refuse it`);
}

/** How files are followed. */
interface FollowOptions {
  readonly logger: Logger;
  /** Has new connections use it. */
  readonly apply: (context: SecureContextOptions) => void;
  /** Between two checks of the files, in milliseconds. */
  readonly checkEveryMs?: number;
}

/**
 * Takes a changed certificate and key once two checks in a row have found the same pair, and it fits: files are replaced
 * one after the other, and may be half written. Until then, and whatever is wrong, the previous pair stays in use.
 * @returns a function that ends it.
 */
export function followIdentity(
  files: TlsFiles,
  started: TlsIdentity,
  { logger, apply, checkEveryMs = 2_000 }: FollowOptions,
): () => void {
  logIdentity(started, 'the ingress has this certificate', logger);
  let usedKey = started.key;
  let seen = started.key;
  let reported = '';
  const check = (): void => {
    let found: TlsIdentity | undefined;
    let failure = '';
    try {
      found = readIdentity(files);
    } catch (error) {
      failure = error instanceof ConfigurationError ? error.message : String(error);
    }
    const key = found?.key ?? failure;
    const isStable = key === seen;
    seen = key;
    if (!isStable || key === usedKey) return;
    if (found !== undefined) {
      apply(found.context);
      usedKey = found.key;
      reported = '';
      logIdentity(found, 'the ingress has taken a changed certificate', logger);
    } else if (failure !== reported) {
      reported = failure;
      logger.error({ ...files, error: failure }, 'failed to take a changed certificate; the previous one stays in use');
    }
  };
  const timer = setInterval(check, checkEveryMs).unref();
  return () => clearInterval(timer);
}
