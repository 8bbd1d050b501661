import type { Logger } from 'pino';
import { ConfigurationError } from '../config/errors.ts';
import type { Configuration } from '../config/load.ts';
import { createPayloadCodec, reportOnce, unreadableText } from '../delivery/encryption/payloadCodec.ts';
import { startCodecServer, type RunningCodecServer } from './server.ts';

/**
 * Runs the codec server of a configuration: what `steward codec-server` calls. It needs no connection to Temporal.
 * @throws ConfigurationError where the configuration has no keys, or says nothing of a codec server.
 */
export async function runCodecServerProcess(
  { file, encryption, codecServer, temporal: { namespace } }: Configuration,
  logger: Logger,
): Promise<RunningCodecServer> {
  if (encryption === undefined || codecServer === undefined) {
    const field = encryption === undefined ? 'encryption' : 'codecServer';
    throw new ConfigurationError(file, [{ field, message: 'this section is missing, and a codec server needs it' }]);
  }
  const report = reportOnce((unreadable) => logger.error({ ...unreadable }, unreadableText(unreadable)));
  const codec = createPayloadCodec(encryption, report);
  const server = await startCodecServer({ ...codecServer, codec, namespace, logger });
  logger.info({ url: server.url, namespace, origins: codecServer.origins }, 'the codec server takes payloads');
  return server;
}
