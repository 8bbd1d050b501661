import vm from 'node:vm';
import fc from 'fast-check';
import { columnsScript, listAddress, listColumns, shiftQuestions } from '../../src/delivery/shift.ts';

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

test('the script sets the columns of its namespace, whatever it is called, and keeps those of others', () => {
  fc.assert(
    fc.property(fc.string(), (namespace) => {
      const stored = new Map([['namespace-workflow-table-columns', '{"another":[{"label":"Status"}]}']]);
      const localStorage = {
        getItem: (key: string) => stored.get(key) ?? null,
        setItem: (key: string, value: string) => void stored.set(key, value),
      };
      vm.runInNewContext(columnsScript(namespace), { localStorage, location: { reload: () => undefined } });
      const columns = JSON.parse(stored.get('namespace-workflow-table-columns') ?? '') as object;
      expect(Object.keys(columns)).toEqual(expect.arrayContaining(['another', namespace]));
      expect(Reflect.get(columns, namespace)).toEqual(listColumns.map((label) => ({ label })));
    }),
    { examples: [['__proto__']] },
  );
});
