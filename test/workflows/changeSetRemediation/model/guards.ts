/** One guard of the state machine, and the text that takes it out. */
export interface Guard {
  /** Below `src/workflows/`. */
  readonly file: string;
  /** As it stands in the file, once. */
  readonly text: string;
  readonly without: string;
}

const inFile = (file: string, ...changes: ReadonlyArray<readonly [text: string, without: string]>): readonly Guard[] =>
  changes.map(([text, without]) => ({ file, text, without }));

const outcomes = inFile(
  'changeSetRemediation/transitions/outcomes.ts',
  [`if (lineage.phase.name === 'ended') return stay(lineage);`, ''],
  [`name: pendingEnd ? 'abandoning' : 'awaitingOutcome'`, `name: 'awaitingOutcome'`],
  [`finish(lineage, newest.attempt > 0 ? 'remediated' : 'succeeded')`, `finish(lineage, 'succeeded')`],
  [`finish(lineage, pendingEnd ?? 'cancelled')`, `finish(lineage, 'cancelled')`],
  [`if (pendingEnd) return finish(lineage, pendingEnd);`, ''],
  [`if (pendingEnd) return finish(lineage, pendingEnd);`, `if (pendingEnd) return finish(lineage, 'abandoned');`],
  [`if (member.outcome === told.outcome) return stay(lineage);`, ''],
  [`phase.name === 'backingOff' && newestMember(lineage) === member`, `newestMember(lineage) === member`],
  [`phase.name === 'backingOff' && newestMember(lineage) === member`, `phase.name === 'backingOff'`],
  [`phase.name === 'backingOff' && newestMember(lineage) === member`, `false`],
  [`if (member.outcome !== undefined) return contradicted(lineage, member, told);`, ''],
  [`newestMember(updated) !== changed || `, ''],
  [` || (outcome === 'FAILED' && checkDue(lineage))`, ''],
  [
    `    case 'inspecting':\n    case 'diagnosing':\n      return true;`,
    `    case 'inspecting':\n    case 'diagnosing':\n      return false;`,
  ],
  [
    `      return phase.changeSetId === undefined;\n    case 'awaitingDecision':\n      return successorsUnknown(lineage)`,
    `      return false;\n    case 'awaitingDecision':\n      return successorsUnknown(lineage)`,
  ],
  [
    `      return successorsUnknown(lineage);\n    case 'awaitingOutcome'`,
    `      return false;\n    case 'awaitingOutcome'`,
  ],
  [`if (marker?.originId !== lineage.originId) return false;`, `if (marker === undefined) return false;`],
  [`    case 'inspecting':\n      return true;`, `    case 'inspecting':\n      return false;`],
  [`return marker.attempt === phase.attempt;`, `return true;`],
  [`return marker.attempt === phase.attempt;`, `return false;`],
  [`? marker.attempt === nextAttempt(lineage)`, `? true`],
  [`? marker.attempt === nextAttempt(lineage)`, `? false`],
  [`        : successorsUnknown(lineage);`, `        : true;`],
  [`        : successorsUnknown(lineage);`, `        : false;`],
  [`return phase.changeSetId === undefined;\n    case 'diagnosing'`, `return false;\n    case 'diagnosing'`],
  [`return phase.changeSetId === undefined;\n    case 'diagnosing'`, `return true;\n    case 'diagnosing'`],
  [`      return marker.attempt === nextAttempt(lineage);`, `      return true;`],
  [`      return marker.attempt === nextAttempt(lineage);`, `      return false;`],
  [
    `    case 'awaitingOutcome':\n    case 'ended':\n      return false;\n  }\n}\n\n/** Takes an outcome that a signal`,
    `    case 'awaitingOutcome':\n    case 'ended':\n      return true;\n  }\n}\n\n/** Takes an outcome that a signal`,
  ],
  [`if (member !== undefined) return recordOutcome(lineage, member, message);`, ''],
  [`if (mayBecomeMember(lineage, message)) return stay(`, `if (false) return stay(`],
  [`lineage.unclaimed.filter((message) => mayBecomeMember(lineage, message))`, `lineage.unclaimed`],
  [`return inOrder({ ...lineage, unclaimed }, steps);`, `return inOrder(lineage, steps);`],
);

const state = inFile(
  'changeSetRemediation/state.ts',
  [`(diagnosis === undefined || pendingEnd !== undefined)`, `diagnosis === undefined`],
  [`(diagnosis === undefined || pendingEnd !== undefined)`, `pendingEnd !== undefined`],
  [`if (kind === 'submitUnknown' || unseen) return`, `if (unseen) return`],
  [`if (kind === 'submitUnknown' || unseen) return`, `if (kind === 'submitUnknown') return`],
  [
    `return attempt > 0 && outcome === undefined ? { name: 'abandoning', changeSetId } : undefined;`,
    `return undefined;`,
  ],
  [`return attempt > 0 && outcome === undefined ? {`, `return outcome === undefined ? {`],
);

const refusals = inFile('changeSetRemediation/transitions/refusals.ts', [
  `return command === 'abandon' ? undefined : pendingEndSentence;`,
  `return undefined;`,
]);

const seen = inFile('shared/seen.ts', [`if (seen.includes(eventId)) return undefined;`, ``]);

const nextSteps = inFile(
  'changeSetRemediation/transitions/next.ts',
  [`deliverForeignOutcomes(take(lineage, message, context))`, `take(lineage, message, context)`],
  [
    `    default:\n      return stay(lineage);`,
    `    default:\n      return requestDecision(lineage, { kind: 'checkFailed', sentence, retryLeadsTo: 'inspect' }, context);`,
  ],
  [`lineage.phase.name === 'awaitingOutcome' || lineage.phase.name === 'abandoning'`, `true`],
  [
    `lineage.phase.name === 'awaitingOutcome' || lineage.phase.name === 'abandoning'`,
    `lineage.phase.name === 'awaitingOutcome'`,
  ],
  [
    `member === undefined ? stay(lineage) : recordOutcome`,
    `member === undefined ? recordOutcome(lineage, lineage.members[0], message.found) : recordOutcome`,
  ],
  [`return lineage.phase.name === 'backingOff'`, `return true`],
);

const learning = inFile(
  'changeSetRemediation/transitions/diagnosis.ts',
  [`!lineage.members.some((member) => member.changeSetId === changeSetId)`, `true`],
  [
    `const originOutcome = origin.outcome ?? outcomeOf(diagnosis.status);`,
    `const originOutcome = outcomeOf(diagnosis.status);`,
  ],
  [`const originOutcome = origin.outcome ?? outcomeOf(diagnosis.status);`, `const originOutcome = origin.outcome;`],
  [`Math.max(lineage.automaticSubmits, ...found.map(({ attempt }) => attempt))`, `lineage.automaticSubmits`],
  [`if (phase.name !== 'inspecting' && phase.name !== 'abandoning') return stay(before);`, ''],
  [`phase.name !== 'inspecting' && phase.name !== 'abandoning'`, `phase.name !== 'inspecting'`],
  [`if (newest.attempt > 0) return followOutcome(lineage, newest);`, ''],
  [`return phase.name === 'abandoning'\n`, `return false\n`],
  [`finish(lineage, lineage.pendingEnd ?? 'abandoned')`, `finish(lineage, 'abandoned')`],
  [`[claim, followNewest]`, `[followNewest]`],
  [`if (phase.name !== 'diagnosing' || phase.changeSetId !== diagnosis.changeSetId) return stay(before);`, ''],
  [`phase.name !== 'diagnosing' || phase.changeSetId !== diagnosis.changeSetId`, `phase.name !== 'diagnosing'`],
  [`const told = withContradiction(lineage, newestMember(lineage), diagnosis);`, `const told = lineage;`],
  [`moveTo(withMember(lineage, open), {`, `moveTo(lineage, {`],
  [`decision.end === 'succeeded' && newest.attempt > 0 ? 'remediated' : decision.end`, `decision.end`],
);

const submitting = inFile(
  'changeSetRemediation/transitions/submitting.ts',
  [`if (lineage.members.some((member) => member.changeSetId === changeSetId)) {`, `if (false) {`],
  [`return claim({`, `return stay({`],
  [`phase.name === 'submitting' && phase.authority === 'policy'`, `true`],
  [`phase.name === 'submitting' ? 'awaitingOutcome' : 'abandoning'`, `'awaitingOutcome'`],
  [`if (phase.name !== 'submitting' && phase.name !== 'abandoning') return stay(lineage);`, ''],
  [`phase.name !== 'submitting' && phase.name !== 'abandoning'`, `phase.name !== 'submitting'`],
  [`if (phase.name === 'abandoning') return stay(lineage);`, ''],
  [`if (lineage.phase.name !== 'submitting') return stay(lineage);`, ''],
);

const operators = inFile(
  'changeSetRemediation/transitions/operatorCommands.ts',
  [
    `return followOutcome(lineage, newestMember(lineage));`,
    `return moveTo(lineage, { name: 'awaitingOutcome', changeSetId: newestMember(lineage).changeSetId });`,
  ],
  [`name: lineage.pendingEnd ? 'abandoning' : 'inspecting'`, `name: 'inspecting'`],
  [`{ ...before, pendingEnd: 'abandoned' }`, `before`],
  [
    `return inFlight === undefined ? finish(lineage, 'expired') : moveTo(`,
    `return true ? finish(lineage, 'expired') : moveTo(`,
  ],
  [`moveTo({ ...lineage, pendingEnd: 'expired' }, inFlight)`, `moveTo(lineage, inFlight)`],
  [`if (holdsOwn(before, concurrentChanges)) return`, `if (false) return`],
  [
    `      // Whether a successor is in flight is not known yet.\n      return moveTo(lineage, { name: 'abandoning' });`,
    `      return finish(lineage, 'abandoned');`,
  ],
  [`return inFlight === undefined ? finish(lineage, 'abandoned')`, `return true ? finish(lineage, 'abandoned')`],
  [
    `    case 'awaitingOutcome':\n      if (newest.attempt === 0) return finish(lineage, 'abandoned');\n      return moveTo(lineage, { name: 'abandoning', changeSetId: newest.changeSetId });`,
    `    case 'awaitingOutcome':\n      return finish(lineage, 'abandoned');`,
  ],
  [`if (refusal(before, message.type) !== undefined) return stay(before);`, ''],
  [
    `if (phase.name !== 'awaitingDecision' || context.nowMs < nextDueMs(phase, context)) return stay(lineage);`,
    `if (phase.name !== 'awaitingDecision') return stay(lineage);`,
  ],
  [`if (phase.name !== 'awaitingDecision') return stay(before);`, ''],
  [`phase.name === 'awaitingDecision' && phase.proposal !== undefined`, `phase.name === 'awaitingDecision'`],
);

const blockers = inFile(
  'changeSetRemediation/transitions/blockers.ts',
  [
    `  if (phase.name !== 'awaitingBlocker') return stay(lineage);\n  const { afterwards } = phase;`,
    `  const { afterwards } = { afterwards: { name: 'inspecting' }, ...phase };`,
  ],
  [`  if (phase.name !== 'awaitingBlocker') return stay(lineage);\n  const sentence`, `  const sentence`],
  [`return afterwards.name === 'submitting'`, `return false`],
);

const backfilled = [
  ...inFile(
    'changeSetRemediation/transitions/backfilled.ts',
    [`if (foundBy?.act !== 'propose' || inMs === undefined) return decision;`, `return decision;`],
    [`foundBy?.act !== 'propose' || inMs`, `foundBy === undefined || inMs`],
    [`foundBy?.act !== 'propose' || inMs`, `inMs`],
    [`return foundBy !== undefined && members`, `return members`],
    [`members.length === 1 && audit.length === 0 &&`, `audit.length === 0 &&`],
    [`members.length === 1 && audit.length === 0 &&`, `members.length === 1 &&`],
    [` && kind !== 'submitUnknown'`, ``],
    [`lineage.foundBy === undefined ? lineage :`, `true ? lineage :`],
  ),
  ...inFile('changeSetRemediation/transitions/steps.ts', [`if (quiet) return stay(asking);`, ``]),
  ...inFile('changeSetRemediation/notices.ts', [
    `if (lineage.foundBy !== undefined && !lineage.notified) return`,
    `if (false) return`,
  ]),
  ...inFile('changeSetRemediation/transitions/operatorCommands.ts', [
    `const silent = phase.quiet || phase`,
    `const silent = phase`,
  ]),
];

/** Every guard by which the state machine withstands what comes early, late, twice, from strangers or not at all. */
export const guards: readonly Guard[] = [
  ...outcomes,
  ...seen,
  ...state,
  ...refusals,
  ...nextSteps,
  ...learning,
  ...submitting,
  ...operators,
  ...blockers,
  ...backfilled,
];
