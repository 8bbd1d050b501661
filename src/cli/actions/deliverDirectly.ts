import { loadConfiguration } from '../../config/load.ts';
import { receive } from '../../delivery/receive.ts';
import type { Envelope } from '../../events/parse.ts';
import { answerTo } from '../../ingress/answers.ts';
import type { Answer } from '../../ingress/answers.ts';
import type { CommandContext } from '../context.ts';
import { withTemporal } from '../temporal.ts';
import type { TemporalFlags } from '../temporalFlags.ts';

/** Takes the bytes of an event as the ingress does, without a request and without a sender to authenticate. */
export async function deliverDirectly(
  envelope: Envelope,
  bytes: Uint8Array,
  flags: TemporalFlags & { readonly config?: string },
  context: CommandContext,
): Promise<Answer> {
  const file = flags.config ?? context.environment['STEWARD_CONFIG'];
  // No sender is authenticated and no vendor is called, so no secret is asked for.
  const configuration = loadConfiguration(context.environment, file, []);
  const receipt = await withTemporal(flags, context, ({ client }) => receive(client, configuration, envelope, bytes));
  return answerTo(receipt);
}
