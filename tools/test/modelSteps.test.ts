import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { searches } from '../model/searches.ts';

const root = join(__dirname, '../..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const models = ['once', 'permits'] as const;
const modelOf = (model: (typeof models)[number]): string => textOf(`model/${model}.pml`);
const reliability = textOf('docs/reliability.md');

const codeComment = /\/\* code: (\S+) (\w+) \*\//g;
const named = models.flatMap((model) =>
  [...modelOf(model).matchAll(codeComment)].map(([, file = '', name = '']) => ({ model, file, name })),
);

/** Functions, methods and constants of a source. */
function definedIn(text: string): readonly string[] {
  const forms = /(?:\bfunction\*? |\bconst )(\w+)|^ +(?:async )?(\w+)(?:\(.*\{$|: \(.*=>)/gm;
  return [...text.matchAll(forms)].map(([, first, second]) => first ?? second ?? '');
}

/** The rows of the table under a heading, by their cells. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const section = reliability.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('every function that a step names is there', () => {
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(({ file, name }) => !definedIn(textOf(file)).includes(name));
  expect(missing).toEqual([]);
});

test.each(models)('%s: every step names its function, or what of the world it is', (model) => {
  const lines = modelOf(model).split('\n');
  const bare = lines.flatMap((line, index) => {
    if (!/\batomic \{/.test(line.replace(/\/\*.*?\*\//g, ''))) return [];
    const above = [lines[index - 1] ?? '', lines[index - 2] ?? ''];
    return above.some((one) => /\/\* (code|world): .+ \*\//.test(one)) ? [] : [`line ${index + 1}: ${line.trim()}`];
  });
  expect(bare).toEqual([]);
});

/** Every function of the protocol: a step, or why it is none. */
const noSteps: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/activities/changeSetRemediation/submit.ts': {
    findSubmitted: 'part of checkBefore',
    checkSendable: 'keeps a submit back: the branch of checkAndSend that sends nothing',
    withOrigin: 'contents only',
    heldByMode: 'the branch of the permit that sends nothing',
    send: 'part of checkAndSend; what AWS answers is in permitOf',
    findBlocker: 'after AWS has refused',
  },
  'src/activities/changeSetRemediation/permit.ts': { stopwatch: 'the clock `own` and `checkAge`' },
  'src/workflows/submitPermits/permits.ts': {
    daysBetween: '`needed`',
    counts: '`counts`',
    countOf: '`countOf`',
    numbersOf: '`numberInFlight`',
    permitOf: 'a look-up',
    used: '`days | openDays`',
    withoutPast: 'forgets what counts in no day from today on',
  },
  'src/activities/submitPermits/index.ts': {
    submitOf: 'reads a row',
    createSubmitPermitsActivities: 'makes the activities',
  },
};

test.each(Object.entries(noSteps))('%s: the model has every function, or there is a reason', (file, reasons) => {
  const functions = [...textOf(file).matchAll(/^(?:export )?(?:async )?function (\w+)/gm)].map(([, name = '']) => name);
  const steps = named.filter((one) => one.file === file).map(({ name }) => name);
  expect(functions.filter((name) => !steps.includes(name) && !(name in reasons))).toEqual([]);
  expect(Object.keys(reasons).filter((name) => !functions.includes(name) || steps.includes(name))).toEqual([]);
});

test('docs/reliability.md lists the assumptions about AWS that the models make, and no others', () => {
  const made = models.flatMap((model) =>
    [...modelOf(model).matchAll(/\/\* assumes: (.+?) \*\//g)].map(([, sentence = '']) => sentence),
  );
  const listed = tableUnder('What it assumes of AWS');
  expect([...new Set(made)].sort((a, b) => (a < b ? -1 : 1))).toEqual(
    listed.map(([assumption = '']) => assumption).sort((a, b) => (a < b ? -1 : 1)),
  );
  for (const [, consequence] of listed) expect(consequence).toMatch(/\w/);
});

test('docs/reliability.md lists the rules that the searches take out, and no others', () => {
  const listed = tableUnder('The rules of a submit').flatMap(([, flags = '']) =>
    [...flags.matchAll(/`(\w+)`/g)].map(([, flag = '']) => flag),
  );
  const taken = searches.flatMap(({ flags, expected }) => (expected === 'broken' ? flags.slice(-1) : []));
  const rules = new Set(taken.filter((flag) => flag !== 'AWS_LISTS_NOTHING'));
  expect(new Set(listed)).toEqual(rules);
});
