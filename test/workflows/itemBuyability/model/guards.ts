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

const words = inFile(
  'itemBuyability/transitions/eventData.ts',
  [`if (isBefore(atMs, knownMs))`, `if (false)`],
  [`if (atMs <= knownMs) return status`, `if (false) return status`],
  [
    `return status === undefined ? stay(item) : onSameTime(`,
    `return status === undefined ? startQuery(item, 'noData', context) : onSameTime(`,
  ],
  [`return phase.dueTo === 'noData' ? moveToVerdict(`, `return true ? moveToVerdict(`],
  [`return phase.dueTo === 'noData' ? moveToVerdict(`, `return false ? moveToVerdict(`],
  [`if (verdict === status) return stay(item);`, ``],
  [`phase.unanswered !== undefined`, `false`],
  [
    `if (verdict === undefined) return moveToVerdict(withProduct(item, product), status, 'event');`,
    `if (verdict === undefined) return stay(item);`,
  ],
  [
    `return startQuery(noted(item, \`What is dated \${item.asOf} contradicts itself.\`), 'disputed', context);`,
    `return stay(item);`,
  ],
  [`'disputed', context);`, `'noData', context);`],
  [
    `if (status === undefined) return startQuery(newer, 'noData', context);`,
    `if (status === undefined) return stay(newer);`,
  ],
);

const answers = inFile(
  'itemBuyability/transitions/answers.ts',
  [`return 'query' in phase && phase.query === query;`, `return 'query' in phase;`],
  [
    `const atMs = Math.max(Date.parse(askedAt), knownMs(item));`,
    `const atMs = item.asOf === undefined ? Date.parse(askedAt) : knownMs(item);`,
  ],
  [`return item.asOf !== since && Date.parse(askedAt) <= knownMs(item);`, `return false;`],
  [`askedMs < knownMs(item) || `, ``],
  [`status === undefined || askedMs`, `askedMs`],
  [`{ ...item, asOf: askedAt }`, `item`],
  [`...(open === 'noData' ? {} : { unanswered: open }),`, ``],
  [`status === undefined || overtaken ? item : dated(item, askedAt)`, `item`],
  [
    `if (status !== undefined) return moveToVerdict(withProduct(dated(item, askedAt), product), status, 'query');\n  const dueTo`,
    `const dueTo`,
  ],
  [`? item.phase.dueTo : 'noData';\n  return startQuery(`, `? 'noData' : 'noData';\n  return startQuery(`],
);

const turns = inFile(
  'itemBuyability/transitions/verdicts.ts',
  [`if (item.openNotice?.about === about) return stay(item);`, ``],
  [`const before = resolveNotice(item, about);`, `const before = stay(item);`],
  [`return resolveNotice(lingering, 'BUYABLE');`, `return stay(lingering);`],
  [`const query = item.queries + 1;\n  const untilMs`, `const query = item.queries;\n  const untilMs`],
);

const seen = inFile('shared/seen.ts', [`if (seen.includes(eventId)) return undefined;`, ``]);

/** Every guard on which the order of words, the repeats or the notices of an item rest. */
export const guards: readonly Guard[] = [...words, ...answers, ...turns, ...seen];
