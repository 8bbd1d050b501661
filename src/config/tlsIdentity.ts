import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigurationError } from './errors.ts';
import { readTextFile, TextFileError } from './textFile.ts';

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
