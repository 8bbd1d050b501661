import type { ChaosCounts } from '../records.ts';

/** A piece of the sources, and what stands in its place. */
export interface Piece {
  /** Under the repository’s root. */
  readonly file: string;
  /** It is there exactly once. */
  readonly text: string;
  readonly by: string;
}

/** A promise that is broken on purpose in the real processes: the check has to report it. */
export interface Breach {
  readonly name: string;
  /** What is broken, in words. */
  readonly what: string;
  readonly pieces: readonly Piece[];
  /** The count that has to show it. */
  readonly shownBy: keyof ChaosCounts;
  /** How many SIGKILLs it takes to show for certain: 0 where the stream itself provokes it. */
  readonly kills: number;
}

const submit = 'src/activities/changeSetRemediation/submit.ts';

/** All of them. */
export const breaches: readonly Breach[] = [
  {
    name: 'acknowledgeFirst',
    what: 'an event is acknowledged at once, and delivered a second later',
    shownBy: 'acknowledgedEventsUnaccounted',
    kills: 8,
    pieces: [
      {
        file: 'src/ingress/takeEvent.ts',
        text: '    const receipt = await traced(transport, envelope, taking).catch((error: unknown) => {',
        by: `    if (performance.now() > 0) {
      setTimeout(() => void taking().catch(() => undefined), 1_000);
      return { outcome: 'ignored', kind: 'acknowledged first', reason: 'a promise is broken on purpose' };
    }
    const receipt = await traced(transport, envelope, taking).catch((error: unknown) => {`,
      },
    ],
  },
  {
    name: 'noLookUpNoToken',
    what: 'a submit checks for no earlier one, every activity attempt has a token of its own, and none waits for the one before',
    shownBy: 'submissionsSentMoreThanOnce',
    kills: 0,
    pieces: [
      {
        file: submit,
        text: 'const { name, clientRequestToken, originId } = request;',
        by: 'const { name, originId } = request;\n  const clientRequestToken = `${request.clientRequestToken}.${Math.random().toString(36).slice(2, 10)}`;',
      },
      {
        file: submit,
        text: 'const kept = (await checkBefore(catalog, request, source)) ?? heldByMode(modes, request);',
        by: 'const kept = heldByMode(modes, request);',
      },
      { file: submit, text: "if (found?.outcome === 'adopted') return found;", by: 'void found;' },
      { file: 'src/delivery/submitPermits.ts', text: 'const settleMs = 10_000;', by: 'const settleMs = 0;' },
    ],
  },
  {
    name: 'reminderTwice',
    what: 'a reminder that went out stays in the schedule once more, and nothing remembers that it did',
    shownBy: 'noticesDecidedMoreThanOnce',
    kills: 0,
    pieces: [
      {
        file: 'src/workflows/shared/reminders.ts',
        text: 'return { ...defined({ due }), ahead: remindersAhead(schedule, nowMs) };',
        by: `const again = due !== undefined && due.atMs % 1_000 === 0 ? [{ ...due, atMs: due.atMs + 1 }] : [];
  return { ...defined({ due }), ahead: [...again, ...remindersAhead(schedule, nowMs)] };`,
      },
      {
        file: 'src/workflows/securityCase/transitions/next.ts',
        text: 'const passed = ahead.length !== (schedule ?? []).length;',
        by: 'const passed = due !== undefined || ahead.length !== (schedule ?? []).length;',
      },
      {
        file: 'src/workflows/securityCase/transitions/next.ts',
        text: 'const sent = key === undefined ? undefined : remember(state.sent, key);',
        by: 'const sent = key === undefined ? undefined : [...state.sent, key];',
      },
    ],
  },
  {
    name: 'reminderEarly',
    what: 'a reminder falls three seconds before its time',
    shownBy: 'noticesEarly',
    kills: 0,
    pieces: [
      {
        file: 'src/activities/securityCase/reminderSchedule.ts',
        text: ': dueMs + distanceMs;',
        by: ': dueMs + distanceMs - 3_000;',
      },
    ],
  },
  {
    name: 'permitTwice',
    what: 'a permit that was given is not noted, and given again',
    shownBy: 'submissionsOverDailyCap',
    kills: 0,
    pieces: [
      {
        file: 'src/workflows/submitPermits/permits.ts',
        text: 'permits: { ...withoutPast(state.permits, nowMs, policy), [token]: { days: counted, inFlight: true, open } },',
        by: 'permits: withoutPast(state.permits, nowMs, policy),',
      },
    ],
  },
];

/** The breach of a name. @throws TypeError that lists the names, where there is none */
export function breachNamed(name: string): Breach {
  const found = breaches.find((breach) => breach.name === name);
  if (found !== undefined) return found;
  throw new TypeError(`No breach is called ${name}; there are ${breaches.map((breach) => breach.name).join(', ')}`);
}
