import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { defined, memberOf } from '../../defined.ts';
import { agreementSource } from '../../events/schemas/agreements.ts';
import { marketplaceCatalogSource } from '../../events/schemas/marketplace.ts';
import { failure } from '../../failures.ts';
import { boundedHandler } from '../../vendors/marketplaceCatalog/roleCredentials.ts';

/** Where a rule sends what it takes. */
interface RuleTarget {
  readonly arn: string;
  /** The queue for what cannot be delivered. */
  readonly deadLetterArn?: string;
}

/** A rule on the default bus that takes events of AWS Marketplace. */
export interface BusRule {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Absent where it takes events of every type. */
  readonly detailTypes?: readonly string[];
  readonly targets: readonly RuleTarget[];
}

/** AWS Marketplace publishes its events there, wherever the seller is. */
const region = 'us-east-1';
/** Sources of AWS Marketplace that the steward reads (docs/ingress.md). */
const sources = [marketplaceCatalogSource, agreementSource];
const mostPages = 5;
const mostRules = 20;

const textsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;

/** Whether a pattern takes a source: by its name, or by the beginning of it. */
function takesSource(pattern: unknown): boolean {
  const conditions: unknown = memberOf(pattern, 'source');
  if (!Array.isArray(conditions)) return false;
  return sources.some((source) =>
    conditions.some((one: unknown) => {
      const prefix = memberOf(one, 'prefix');
      return one === source || (typeof prefix === 'string' && source.startsWith(prefix));
    }),
  );
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

/** What EventBridge refused, by its name: the worker’s role need not be allowed to list. */
function meaningOf(error: unknown): unknown {
  const name = memberOf(error, 'name');
  if (typeof name !== 'string' || !name.startsWith('AccessDenied')) return error;
  return failure('AccessDenied', 'the credentials may not list rules and their targets');
}

/**
 * The rules on the account’s default bus whose pattern takes events of AWS Marketplace, with their targets.
 * @param endpoint of EventBridge; AWS’s own where it is left out.
 * @throws AccessDenied where the credentials may not list them; what the SDK throws otherwise.
 */
export async function rulesOf(
  { config: { credentials } }: MarketplaceCatalogClient,
  endpoint: string | undefined,
  abortSignal: AbortSignal,
): Promise<readonly BusRule[]> {
  const requestHandler = boundedHandler(5_000, 8_000);
  const client = new EventBridgeClient({ region, credentials, requestHandler, ...defined({ endpoint }) });
  try {
    const taking: Array<Omit<BusRule, 'targets'>> = [];
    let NextToken: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const answer = await client.send(new ListRulesCommand(defined({ NextToken })), { abortSignal });
      for (const { Name, State, EventPattern } of answer.Rules ?? []) {
        const pattern = parsed(EventPattern);
        if (Name === undefined || !takesSource(pattern)) continue;
        const detailTypes = textsOf(memberOf(pattern, 'detail-type'));
        taking.push({ name: Name, isEnabled: State !== 'DISABLED', ...defined({ detailTypes }) });
      }
      NextToken = answer.NextToken;
      if (NextToken === undefined) break;
    }
    return await Promise.all(
      taking.slice(0, mostRules).map(async (rule) => {
        const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: rule.name }), { abortSignal });
        const targets = Targets.flatMap(({ Arn, DeadLetterConfig }) =>
          Arn === undefined ? [] : [{ arn: Arn, ...defined({ deadLetterArn: DeadLetterConfig?.Arn }) }],
        );
        return { ...rule, targets };
      }),
    );
  } catch (error) {
    throw meaningOf(error);
  } finally {
    client.destroy();
  }
}
