import { activityNames, commandingFunctions, instrument } from '../mutations/instrument.ts';
import { sampleOf } from '../mutations/sample.ts';

const contract = 'export interface SomeActivities { readonly checkIt: (one: string) => Promise<string>; }';

function instrumented(source: string, file = 'some/work.ts') {
  const activities = new Set(activityNames(contract));
  const commanding = commandingFunctions([source], activities);
  return instrument({ file, source, first: 10, activities, commanding, switchPath: './switch.ts' });
}
const labelsOf = (source: string, file?: string): string[] =>
  instrumented(source, file).mutants.map(({ label }) => label);

test('an activity, a timer and an upsert are left out and made twice', () => {
  expect(labelsOf('async function f() {\n  await own.checkIt("é");\n}', 'shared/other.ts')).toEqual([
    'shared/other.ts f: left out: own.checkIt("é")',
    'shared/other.ts f: made twice: own.checkIt("é")',
  ]);
  for (const call of ['sleepUntil(1, "x")', 'upsertSearchAttributes([])', 'condition(f, 5)']) {
    expect(labelsOf(`const a = () => ${call};`, 'shared/other.ts')).toHaveLength(2);
  }
});

test('what ends a run, or has an effect once, is left out alone', () => {
  for (const call of ['continueAsNew<T>({})', 'scope.cancel()', 'setHandler(x, y, { validator: z })']) {
    expect(labelsOf(`const a = () => ${call};`, 'shared/other.ts')).toEqual([`shared/other.ts a: left out: ${call}`]);
  }
});

test('what makes no command is left alone', () => {
  const source = 'condition(f); setHandler(query, y, { description: "x" }); race([a, b]); cancel(1);';
  expect(instrumented(source, 'shared/other.ts')).toEqual({ source, mutants: [] });
});

test('what is begun side by side, and what follows each other, is swapped', () => {
  const race = 'const g = () => Promise.race([checkIt("a"), ...(b ? [checkIt("b")] : [])]);';
  expect(labelsOf(race, 'shared/other.ts').filter((label) => label.includes('swapped'))).toEqual([
    'shared/other.ts g: swapped: checkIt("a") | (b ? [checkIt("b")] : [])',
  ]);
  const statements = 'async function f() { await sleepUntil(1); return checkIt("a"); }';
  expect(labelsOf(statements, 'shared/other.ts')[0]).toBe(
    'shared/other.ts f: swapped: await sleepUntil(1); | return checkIt("a");',
  );
});

test('a command more is made in every branch of a workflow’s work, and of a transition', () => {
  const work =
    'async function f() { if (a) return; else { b(); } try { c(); } catch { d(); } switch (e) { case 1: g(); } }';
  expect(labelsOf(work)).toEqual([
    'some/work.ts f: one more at the beginning',
    'some/work.ts f: one more where a',
    'some/work.ts f: one more else of a',
    'some/work.ts f: one more where it fails',
    'some/work.ts f: one more in case 1',
  ]);
  const decides = 'function f(): Transition { if (a) return b; }';
  expect(labelsOf(decides, 'some/transitions/next.ts')).toHaveLength(2);
  expect(labelsOf('function f(): boolean { if (a) return b; }', 'some/transitions/next.ts')).toEqual([]);
});

test('what a transition sends is left out and sent twice', () => {
  const source = 'const f = (): Transition => ({ state, notices: a ? [] : [notice(state)] });';
  expect(labelsOf(source, 'some/transitions/next.ts')).toEqual([
    'some/transitions/next.ts f: not sent: a ? [] : [notice(state)]',
    'some/transitions/next.ts f: sent twice: a ? [] : [notice(state)]',
  ]);
  expect(labelsOf('const f = () => ({ notices: [...a, ...b] });', 'some/transitions/next.ts')).toEqual([]);
});

test('nested places keep all their changes, in both orders of two statements', () => {
  const { source } = instrumented('async function f() {\n  if (a) await checkIt(b);\n  return sleepUntil(1);\n}');
  expect(source.match(/checkIt\(b\)/g)).toHaveLength(2);
  expect(source).toContain('__mutations.swapped(');
});

test('labels are distinct, so that a reason belongs to one change', () => {
  const labels = labelsOf('async function f() { await checkIt("a"); a(); await checkIt("a"); }');
  expect(new Set(labels).size).toBe(labels.length);
});

test('a sample is the same every time, whatever stands beside it', () => {
  const all = Array.from({ length: 50 }, (_, index) => ({ label: `change ${index}` }));
  expect(sampleOf(all, 5)).toEqual(sampleOf(all.toReversed(), 5));
  expect(sampleOf(all, 5)).toHaveLength(5);
  expect(sampleOf(all.slice(0, 3), 5)).toHaveLength(3);
});
