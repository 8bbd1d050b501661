import vm from 'node:vm';
import fc from 'fast-check';
import { listAddress, listColumns, shiftQuestions } from '../../src/delivery/shift.ts';
import { savedViews, setupScript } from '../../src/delivery/webUiSetup.ts';

test('the questions are ten, each with a query that the Web UI can open, a command, and what it shows', () => {
  const questions = shiftQuestions(Date.parse('2026-12-01T09:00:30Z'));
  expect(questions).toHaveLength(10);
  for (const { query, command, see } of questions) {
    expect(query).not.toMatch(/ORDER BY/i);
    expect(command).toMatch(/^steward [a-z]+/);
    expect(see).toMatch(/\.$/);
  }
  const [, , dueThisWeek] = questions;
  expect(dueThisWeek?.query).toContain('StewardDueAt <= "2026-12-08T09:00:00.000Z"');
});

/** No namespace is called as a folder is that an address leaves out. */
const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/^\.{1,2}$/.test(text));

test('an address carries the query and the namespace whole, whatever they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), name, (query, namespace) => {
      const url = new URL(listAddress({ ui: 'https://temporal.example/', namespace }, query));
      expect(url.searchParams.get('query')).toBe(query);
      expect(decodeURIComponent(url.pathname)).toBe(`/namespaces/${namespace}/workflows`);
    }),
  );
});

describe('the set-up in a browser', () => {
  const keys = { columns: 'namespace-workflow-table-columns', views: 'saved-workflow-queries' };
  const own = { id: '1', name: 'My own', query: 'A = 1', type: 'user' };

  let nowMs = 0;

  /** What a browser has stored after the script, so many times over. */
  function setUp(namespace: string, before: Readonly<Record<string, string>>, times: number) {
    const stored = new Map(Object.entries(before));
    const localStorage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    };
    for (let time = 0; time < times; time += 1) {
      const page = { localStorage, location: { reload: () => undefined }, Date: { now: () => (nowMs += 1) } };
      vm.runInNewContext(setupScript(namespace), page);
    }
    const read = (key: string) => JSON.parse(stored.get(key) ?? '') as object;
    return { columns: read(keys.columns), views: read(keys.views) };
  }

  it('sets columns and views of its namespace, whatever it is called, and keeps those of others', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 3 }), (namespace, times) => {
        const another = `${namespace}another`;
        const before = {
          [keys.columns]: JSON.stringify({ [another]: [{ label: 'Status' }] }),
          [keys.views]: JSON.stringify({ [another]: [own] }),
        };
        const { columns, views } = setUp(namespace, before, times);
        expect(Object.keys(columns).toSorted()).toEqual([another, namespace].toSorted());
        expect(Reflect.get(columns, namespace)).toEqual(listColumns.map((label) => ({ label })));
        expect(Reflect.get(views, another)).toEqual([own]);
        expect(Reflect.get(views, namespace)).toMatchObject(savedViews());
      }),
      { examples: [['__proto__', 2]] },
    );
  });

  it('keeps what the reader has saved there, and saves each of its own once', () => {
    const { views } = setUp('default', { [keys.views]: JSON.stringify({ default: [own] }) }, 2);
    expect(Reflect.get(views, 'default')).toMatchObject([own, ...savedViews()]);
  });

  it.each(['', 'null', '[]', '5', 'no JSON', '{"default":null}', '{"default":{}}', '{"default":[null,{"id":1}]}'])(
    'replaces what cannot be read: %s',
    (broken) => {
      const { columns, views } = setUp('default', { [keys.columns]: broken, [keys.views]: broken }, 1);
      expect(Reflect.get(columns, 'default')).toEqual(listColumns.map((label) => ({ label })));
      expect(Reflect.get(views, 'default')).toEqual(
        savedViews().map((view) => expect.objectContaining(view) as object),
      );
    },
  );

  it('gives no view the id of one that the reader has renamed', () => {
    const before = [{ ...own, name: 'What needs me' }];
    const first = Reflect.get(
      setUp('default', { [keys.views]: JSON.stringify({ default: before }) }, 1).views,
      'default',
    );
    const renamed = [{ ...(first as object[])[0], name: 'Mine' }, ...(first as object[]).slice(1)];
    const second = setUp('default', { [keys.views]: JSON.stringify({ default: renamed }) }, 1).views;
    const ids = (Reflect.get(second, 'default') as Array<{ readonly id: string }>).map(({ id }) => id);
    expect(new Set(ids).size).toBe(savedViews().length + 1);
  });

  it('saves the lists that are the same tomorrow, by names that the Web UI takes', () => {
    const names = savedViews().map(({ name }) => name);
    expect(names).toContain('What needs me');
    expect(names).not.toContain('What is due this week');
    expect(names.filter((each) => /[?"\\]/.test(each))).toEqual([]);
  });
});
