import { condition, proxyActivities, sleep } from '@temporalio/workflow';
import type { PlannedRung } from '../../activities/rungs.ts';
import type { AffectedProducts, SecurityActivities } from '../../activities/security.ts';
import { readFailure } from '../shared/failures.ts';
import { timerMs } from '../shared/reminders.ts';
import type { SecurityPolicy } from './defaults.ts';
import { ladderPlan, type LadderPlan } from './ladder.ts';
import type { SecurityMessage } from './next.ts';
import { wakeAtMs, type Affected, type OpenPhase, type SecurityPhase } from './state.ts';

/** The report names no catalog, and there is one for sellers (API reference, Catalog). */
const catalog = 'AWSMarketplace';
const minuteMs = 60_000;
/** Products and codes that are kept of a look: what a notice and the details have room for, and some more. */
const keptProducts = 20;
const keptCodes = 5;

const retry = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs } as const;
/** An opening notice waits for this look: it goes out without it when it takes longer. */
const looks = proxyActivities<Pick<SecurityActivities, 'affectedProducts'>>({
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: 2 * minuteMs,
  retry,
  summary: 'which products are affected',
});
/** Nothing is asked of anybody but the worker: five tries tell that a time zone is not known. */
const planning = { startToCloseTimeout: minuteMs, summary: 'when to remind' } as const;
const plans = proxyActivities<Pick<SecurityActivities, 'planRungs'>>({
  ...planning,
  retry: { ...retry, maximumAttempts: 5 },
});
const surePlans = proxyActivities<Pick<SecurityActivities, 'planRungs'>>({ ...planning, retry });

/** What the work of a phase needs: whose case it is, the policy, and where findings go. */
export interface PhaseWork {
  readonly account: string;
  readonly policy: SecurityPolicy;
  readonly apply: (message: SecurityMessage) => void;
}

function shortened(found: AffectedProducts): Affected {
  if (!found.readable) {
    return {
      readable: false,
      sentence: `Which products are affected is not shown here: the account lacks the permission ${found.missingPermission}.`,
    };
  }
  const byProduct = Map.groupBy(found.findings, ({ entityId }) => entityId ?? '(unnamed product)');
  const products = [...byProduct].slice(0, keptProducts).map(([entityId, findings]) => ({
    entityId,
    deliveryOptions: findings.length,
    codes: [
      ...new Set(findings.flatMap(({ controls }) => controls.flatMap(({ controlId, codes }) => [controlId, ...codes]))),
    ].slice(0, keptCodes),
  }));
  return { readable: true, lookedAt: new Date().toISOString(), products, total: found.total };
}

async function look({ account }: PhaseWork): Promise<Affected> {
  try {
    return shortened(await looks.affectedProducts({ account, catalog }));
  } catch (error) {
    return {
      readable: false,
      sentence: `Which products are affected could not be read: ${readFailure(error).sentence}`,
    };
  }
}

async function planned({ apply }: PhaseWork, { plan }: LadderPlan): Promise<readonly PlannedRung[]> {
  try {
    return await plans.planRungs(plan);
  } catch (error) {
    const { sentence } = readFailure(error);
    apply({ type: 'noted', sentence: `Reminders go by UTC, since they could not be planned as asked: ${sentence}` });
    return surePlans.planRungs({ ...plan, timeZone: 'UTC' });
  }
}

async function prepare(phase: OpenPhase, work: PhaseWork): Promise<void> {
  const { dueAt } = phase;
  const ladder = phase.ladder || dueAt === undefined ? undefined : ladderPlan(work.policy, dueAt, Date.now());
  const [affected, rungs] = await Promise.all([
    phase.affected ?? look(work),
    ladder === undefined ? undefined : planned(work, ladder),
  ]);
  const plan =
    ladder === undefined || rungs === undefined || dueAt === undefined
      ? undefined
      : { dueAt, quietRungs: ladder.quietRungs, rungs };
  work.apply({ type: 'prepared', affected, plan });
}

/** Does what a phase stands for: looks and plans first, then one timer at a time. */
export async function workOn(phase: SecurityPhase, work: PhaseWork): Promise<void> {
  if (phase.name !== 'open') return condition(() => false);
  if (phase.ladder === undefined || phase.affected === undefined) return prepare(phase, work);
  const wakeMs = wakeAtMs(phase);
  if (wakeMs === undefined) return condition(() => false);
  while (Date.now() < wakeMs) {
    await sleep(timerMs(wakeMs, Date.now()), { summary: `next reminder at ${new Date(wakeMs).toISOString()}` });
  }
  work.apply({ type: 'woken' });
}
