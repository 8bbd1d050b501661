import type { Fill, Plan } from './inputs/plan.ts';

function without<Value>(list: readonly Value[], at: number): readonly Value[] {
  return list.toSpliced(at, 1);
}

const halved = (fill: Fill): Fill => ({ ...fill, bytes: Math.floor(fill.bytes / 2) });

/** Plans that are a step simpler: one part less, or half as much of one. */
function simplerThan(plan: Plan): Plan[] {
  const { changes, fills, damages, queue } = plan;
  return [
    ...(queue === null ? [] : [{ ...plan, queue: null }]),
    ...changes.map((_, at) => ({ ...plan, changes: without(changes, at) })),
    ...fills.map((_, at) => ({ ...plan, fills: without(fills, at) })),
    ...damages.map((_, at) => ({ ...plan, damages: without(damages, at) })),
    ...(plan.style.form === 'plain' ? [] : [{ ...plan, style: { form: 'plain' as const } }]),
    ...(queue === null
      ? []
      : queue.wrappers.map((_, at) => ({ ...plan, queue: { ...queue, wrappers: without(queue.wrappers, at) } }))),
    ...(queue === null || queue.copies === 1 ? [] : [{ ...plan, queue: { ...queue, copies: 1 } }]),
    ...fills.flatMap((fill, at) => (fill.bytes > 1 ? [{ ...plan, fills: fills.with(at, halved(fill)) }] : [])),
  ];
}

/** The simplest plan that is found in so many attempts, and for which this still holds. */
export function simplest(plan: Plan, holds: (plan: Plan) => boolean, mostAttempts = 200): Plan {
  let best = plan;
  let left = mostAttempts;
  for (let better: Plan | undefined = plan; better !== undefined;) {
    best = better;
    better = simplerThan(best).find((simpler) => (left -= 1) > 0 && holds(simpler));
  }
  return best;
}
