import { dayMs } from '../workflows/shared/durations.ts';
import { listColumns, shiftQuestions } from './shift.ts';

/** A list that the Web UI keeps under a name. */
export interface SavedView {
  readonly name: string;
  readonly query: string;
}

/** The questions of a shift whose lists are the same every day, by names that the Web UI takes: it refuses question marks. */
export function savedViews(): readonly SavedView[] {
  const tomorrow = shiftQuestions(dayMs);
  return shiftQuestions(0)
    .filter(({ query }, index) => tomorrow[index]?.query === query)
    .map(({ title, query }) => ({ name: title.replaceAll('?', ''), query }));
}

/**
 * Lines for the console of the browser (F12) in which the Web UI is open. They set the columns of this namespace and save
 * the views, and leave what other namespaces have, and other views of this one, as they are; what cannot be read there is
 * replaced. The ids are new each time: a view that the reader has renamed keeps its own. The keys are those in which the
 * Web UI itself keeps both (Temporal UI 2.54, Local Storage).
 */
export function setupScript(namespace: string): string {
  const views = savedViews().map(({ name, query }) => `    ${JSON.stringify(name)}: ${JSON.stringify(query)},`);
  return [
    '(() => {',
    `  const namespace = ${JSON.stringify(namespace)};`,
    '  const read = (key) => {',
    '    try {',
    '      const stored = JSON.parse(localStorage.getItem(key));',
    "      return typeof stored === 'object' && !Array.isArray(stored) ? { ...stored } : {};",
    '    } catch {',
    '      return {};',
    '    }',
    '  };',
    '  const put = (key, value) => localStorage.setItem(key, JSON.stringify({ ...read(key), [namespace]: value }));',
    `  const columns = ${JSON.stringify(listColumns)};`,
    "  put('namespace-workflow-table-columns', columns.map((label) => ({ label })));",
    '  const views = {',
    ...views,
    '  };',
    "  const kept = 'saved-workflow-queries';",
    '  const before = Object.hasOwn(read(kept), namespace) ? [read(kept)[namespace]].flat() : [];',
    "  const others = before.filter((view) => typeof view?.name === 'string' && !Object.hasOwn(views, view.name));",
    '  const now = Date.now();',
    "  const mine = Object.keys(views).map((name, at) => ({ id: `steward-${now}-${at}`, name, query: views[name], type: 'user' }));",
    '  put(kept, [...others, ...mine]);',
    '  location.reload();',
    '})()',
  ].join('\n');
}
