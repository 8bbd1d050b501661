import fc from 'fast-check';
import { Gathering, type Question } from '../../../src/vendors/marketplaceCatalog/gathering.ts';

const mostValues = 10;
const waitsMs = 2_000;
const alphabet = Array.from({ length: 25 }, (_, index) => `v${index}`);
/** A listing that is asked for this value alone, or with others, is refused for good. */
const bad = 'bad';

interface Listed {
  readonly values: ReadonlySet<string>;
  readonly begunAt: number;
  readonly number: number;
}
interface Played extends Question {
  readonly at: number;
}

const asker = fc.record({
  at: fc.nat(12),
  values: fc.uniqueArray(fc.constantFrom(...alphabet, bad), { minLength: 1, maxLength: mostValues }),
  priority: fc.constantFrom(2, 3),
  leavesAt: fc.option(fc.nat(20), { nil: undefined, freq: 4 }),
});

class Refused extends Error {}
class Lost extends Error {}
class Left extends Error {}

test('in whatever order they ask, all get the rows of a listing that was begun after that, with all its values', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(asker, { minLength: 1, maxLength: 40 }),
      fc.array(fc.nat(4), { minLength: 1, maxLength: 10 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
      async (askers, durations, losses, comings) => {
        let now = 0;
        let timers: Array<{ readonly at: number; readonly fire: () => void }> = [];
        const after = (delay: number, fire: () => void): (() => void) => {
          const timer = { at: now + delay, fire };
          timers.push(timer);
          return () => (timers = timers.filter((other) => other !== timer));
        };
        let underWay = 0;
        const ends: Array<{ at: number; end: () => void }> = [];
        const listed: Listed[] = [];
        const gathering = new Gathering<Played, Listed>({
          mostValues,
          waitsMs: 3,
          othersCome: () => comings[now % comings.length] === true,
          clock: { nowMs: () => now, after },
          mayConcernOne: (error) => error instanceof Refused,
          async list(questions) {
            const values = new Set(questions.flatMap((question) => question.values));
            const number = listed.length;
            const listing = { values, begunAt: now, number };
            listed.push(listing);
            underWay += 1;
            expect(underWay).toBe(1);
            expect(values.size).toBeLessThanOrEqual(mostValues);
            const takes = 1 + (durations[number % durations.length] ?? 0);
            await new Promise<void>((end) => ends.push({ at: now + takes, end }));
            underWay -= 1;
            if (losses[number % losses.length] === true && number % 3 === 2) throw new Lost(`${number}`);
            if (values.has(bad)) throw new Refused();
            return listing;
          },
        });
        const outcomes = new Map<number, unknown>();
        const leaving = askers.map(() => new AbortController());
        const settle = async (): Promise<void> => {
          for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
        };
        for (now = 0; now < 400 && (now <= 20 || outcomes.size < askers.length); now += 1) {
          for (const [index, { leavesAt }] of askers.entries()) {
            if (leavesAt === now) leaving[index]?.abort(new Left());
          }
          for (const [index, { at, values, priority }] of askers.entries()) {
            if (at !== now) continue;
            const wasIdle = gathering.idle;
            const before = listed.length;
            const signal = leaving[index]?.signal as AbortSignal;
            const answer = gathering.ask({ values, priority, at, signal });
            const othersCome = comings[now % comings.length] === true;
            // One that comes alone waits for nobody.
            expect(listed.length > before || !wasIdle || othersCome || signal.aborted).toBe(true);
            answer.then(
              (rows) => outcomes.set(index, rows),
              (error: unknown) => outcomes.set(index, error),
            );
          }
          await settle();
          for (const { fire } of timers.filter(({ at }) => at <= now)) fire();
          timers = timers.filter(({ at }) => at > now);
          for (const one of ends.splice(0)) {
            if (one.at <= now + 1) one.end();
            else ends.push(one);
          }
          await settle();
        }
        expect(outcomes.size).toBe(askers.length);
        expect(gathering.idle).toBe(true);
        const wrong = askers.filter(({ at, values, leavesAt }, index) => {
          const outcome = outcomes.get(index);
          if (outcome instanceof Left) return leavesAt === undefined;
          if (outcome instanceof Refused) return !values.includes(bad);
          if (outcome instanceof Lost) return false;
          const { values: shown, begunAt } = outcome as Listed;
          return values.includes(bad) || begunAt < at || !values.every((value) => shown.has(value));
        });
        expect(wrong).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

/** A gathering whose listings end when the test says so. */
function played() {
  const listings: Array<{ values: string[]; end: (error?: Error) => void }> = [];
  let nowMs = 0;
  let othersCome = false;
  let timer = { atMs: Infinity, fire: (): void => undefined };
  const gathering = new Gathering<Question, readonly string[]>({
    mostValues,
    waitsMs,
    othersCome: () => othersCome,
    clock: {
      nowMs: () => nowMs,
      after(ms, fire) {
        timer = { atMs: nowMs + ms, fire };
        return () => (timer = { atMs: Infinity, fire: () => undefined });
      },
    },
    mayConcernOne: (error) => error instanceof Refused,
    list: (questions) => {
      const values = questions.flatMap((question) => question.values);
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      listings.push({ values, end: (error) => (error === undefined ? resolve(values) : reject(error)) });
      return promise;
    },
  });
  const ask = (value: string, more: Partial<Question> = {}) =>
    gathering.ask({ values: [value], priority: 3, ...more }).catch((error: unknown) => error);
  const pass = (ms: number): void => {
    nowMs += ms;
    if (nowMs >= timer.atMs) timer.fire();
  };
  const comes = (whether: boolean): void => {
    othersCome = whether;
    if (!whether) gathering.beginNext();
  };
  return { listings, ask, pass, comes };
}

test('twenty that ask at once need three listings: the first alone, then ten and nine', async () => {
  const { listings, ask } = played();
  const answers = alphabet.slice(0, 20).map((value) => ask(value));
  const sizes: number[] = [];
  for (let index = 0; index < 3; index += 1) {
    sizes.push(listings[index]?.values.length ?? 0);
    listings[index]?.end();
    await new Promise(setImmediate);
  }
  await Promise.all(answers);
  expect(sizes).toEqual([1, 10, 9]);
});

test('the same values are asked for once, however many want them', async () => {
  const { listings, ask } = played();
  const answers = [ask('v0'), ...Array.from({ length: 50 }, (_, index) => ask(`v${index % 10}`))];
  listings[0]?.end();
  await new Promise(setImmediate);
  listings[1]?.end();
  await Promise.all(answers);
  expect(listings.map(({ values }) => new Set(values).size)).toEqual([1, 10]);
});

test('where others are to come, the first waits for them: until the filter is full, or nobody comes, or for its time', async () => {
  const { listings, ask, pass, comes } = played();
  comes(true);
  for (const value of alphabet.slice(0, 9)) void ask(value);
  pass(waitsMs - 1);
  expect(listings).toHaveLength(0);
  void ask('v9');
  expect(listings.map(({ values }) => values.length)).toEqual([10]);
  listings[0]?.end();
  await new Promise(setImmediate);

  void ask('v0');
  pass(waitsMs / 2);
  void ask('v1');
  expect(listings).toHaveLength(1);
  comes(false);
  expect(listings[1]?.values).toEqual(['v0', 'v1']);
  listings[1]?.end();
  await new Promise(setImmediate);

  comes(true);
  void ask('v0');
  pass(waitsMs / 2);
  void ask('v1');
  pass(waitsMs / 2);
  expect(listings[2]?.values).toEqual(['v0', 'v1']);
  // Those that come meanwhile have waited already when it ends.
  void ask('v2');
  pass(waitsMs);
  listings[2]?.end();
  await new Promise(setImmediate);
  expect(listings[3]?.values).toEqual(['v2']);
});

test('one that comes while nobody else asks, and nobody is to come, waits for nobody, whatever came before', async () => {
  const { listings, ask } = played();
  const first = ['v0', 'v1', 'v2'].map((value) => ask(value));
  listings[0]?.end();
  await new Promise(setImmediate);
  listings[1]?.end();
  await Promise.all(first);
  void ask('v3');
  expect(listings.map(({ values }) => values)).toEqual([['v0'], ['v1', 'v2'], ['v3']]);
});

test('a lower priority number goes first', async () => {
  const { listings, ask } = played();
  void ask('v0');
  const later = Array.from({ length: 10 }, (_, index) => ask(`v${index + 1}`));
  void ask('urgent', { priority: 2 });
  listings[0]?.end();
  await new Promise(setImmediate);
  expect(listings[1]?.values).toContain('urgent');
  expect(listings[1]?.values).toHaveLength(10);
  listings[1]?.end();
  await new Promise(setImmediate);
  listings[2]?.end();
  await Promise.all(later);
});

test('a failure reaches all who share a listing; one that may be due to one of them has each asked alone', async () => {
  const { listings, ask } = played();
  const first = ask('v0');
  const shared = [ask('v1'), ask('v2')];
  listings[0]?.end();
  await first;
  const lost = new Lost();
  listings[1]?.end(lost);
  expect(await Promise.all(shared)).toEqual([lost, lost]);
  const before = ask('v0');
  const again = [ask('v1'), ask(bad)];
  listings[2]?.end();
  await before;
  listings[3]?.end(new Refused());
  await new Promise(setImmediate);
  expect(listings[4]?.values).toEqual(['v1']);
  listings[4]?.end();
  await new Promise(setImmediate);
  expect(listings[5]?.values).toEqual([bad]);
  listings[5]?.end(new Refused());
  expect(await Promise.all(again)).toEqual([['v1'], expect.any(Refused)]);
});
