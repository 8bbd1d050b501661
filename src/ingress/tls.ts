import type { SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import { ConfigurationError } from '../config/errors.ts';
import { readIdentity, type TlsFiles, type TlsIdentity } from '../config/tlsIdentity.ts';

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
