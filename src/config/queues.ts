import { defined } from '../defined.ts';
import type { ConfigurationProblem } from './errors.ts';
import { regionOfUrl, type QueueSetting } from './queueSchema.ts';
import type { FileConfiguration } from './schema.ts';
import type { ReadSecret, Secret } from './secret.ts';

/** A queue that brings events, with its secrets. */
export interface QueueConfiguration extends Pick<
  QueueSetting,
  'role' | 'receivers' | 'waitSeconds' | 'visibilitySeconds'
> {
  /** `{account}/{name}`: what logs and commands call it. */
  readonly name: string;
  readonly url: string;
  readonly region: string;
  /** Without them the AWS SDK's own chain is used. */
  readonly credentials?: { readonly accessKeyId: Secret; readonly secretAccessKey: Secret };
}

/** The domain of AWS's services, by the partition of an ARN. */
const domains: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn' };

function placeOf({ url, arn, region }: QueueSetting, endpoint: string | undefined) {
  if (url !== undefined) {
    return { url, region: region ?? regionOfUrl(url) ?? '', name: new URL(url).pathname.slice(1) };
  }
  const [, partition = '', , ownRegion = '', account = '', queueName = ''] = (arn ?? '').split(':');
  const base = endpoint ?? `https://sqs.${ownRegion}.${domains[partition] ?? 'amazonaws.com'}`;
  const name = `${account}/${queueName}`;
  return { url: `${base.replace(/\/+$/, '')}/${name}`, region: region ?? ownRegion, name };
}

/**
 * The queues of the file, with their secrets.
 * @param problems gets what is wrong with one: two settings for one queue would deliver nothing twice, and hide a mistake.
 */
export function queuesOf(
  { ingress, endpoints }: Pick<FileConfiguration, 'ingress' | 'endpoints'>,
  read: ReadSecret,
  problems: ConfigurationProblem[],
  needed: boolean,
): readonly QueueConfiguration[] {
  const seen = new Map<string, string>();
  return (needed ? ingress.sqs.queues : []).map((setting, index) => {
    const field = `ingress.sqs.queues[${index}]`;
    const { role, credentials: keys, receivers, waitSeconds, visibilitySeconds } = setting;
    const place = placeOf(setting, endpoints.simpleQueueService);
    const twin = seen.get(place.url);
    if (twin !== undefined) problems.push({ field, message: `found the queue of ${twin} again, expected another` });
    seen.set(place.url, field);
    const credentials = keys && {
      accessKeyId: read(keys.accessKeyIdVariable, `${field}.credentials.accessKeyIdVariable`),
      secretAccessKey: read(keys.secretAccessKeyVariable, `${field}.credentials.secretAccessKeyVariable`),
    };
    return { ...place, receivers, waitSeconds, visibilitySeconds, ...defined({ role, credentials }) };
  });
}
