import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import picocolors from 'picocolors';
import type { Observation } from '../src/observe.ts';
import type { Progress } from '../src/report.ts';
import type { Scenario } from '../src/scenarios/scenario.ts';
import { storyOf, viewState } from '../src/view/rows.ts';
import type { Mark, Row, ViewState } from '../src/view/rows.ts';
import { tableLines } from '../src/view/table.ts';
import { changedLines, createView } from '../src/view/view.ts';

const context = {
  endpoints: { ui: 'http://127.0.0.1:8233', namespace: 'default', temporal: '127.0.0.1:7233' },
};
const plain = { colors: picocolors.createColors(false), links: false };

const seen: Observation = {
  workflowId: 'change-set:abc',
  runId: 'run-1',
  type: 'changeSetRemediation',
  running: true,
  state: 'awaitingDecision',
  attempt: 0,
  attention: true,
  nextStep: 'You: retry or abandon.',
  status: { state: 'awaitingDecision' },
};
const scenario: Scenario = {
  name: 'one to decide',
  group: 'The story',
  workflowId: 'change-set:abc',
  expected: { state: 'awaitingDecision' },
  events: [],
};

function progress(more: Partial<Progress> = {}): Progress {
  return { scenario, observation: seen, played: true, startedMs: 0, reachedMs: 5, ...more };
}

function stateOf(...parts: Progress[]): ViewState {
  return viewState({ progress: parts, others: [], openedByBackfills: 0, needingDecision: 1 }, context);
}

const marks: readonly Mark[] = ['waiting', 'working', 'needsDecision', 'done', 'problem'];
const row = fc.record<Row>({
  group: fc.constantFrom('The story', 'Items', 'Other events'),
  mark: fc.constantFrom(...marks),
  event: fc.string({ maxLength: 60 }),
  workflowId: fc.string({ maxLength: 80 }),
  state: fc.string({ maxLength: 20 }),
  attempt: fc.constantFrom('', '0', '2'),
  nextStep: fc.string({ maxLength: 200 }),
  link: fc.constant('http://127.0.0.1:8233/namespaces/default/workflows/x/y/user-metadata'),
});
const size = fc.record({ width: fc.integer({ min: 20, max: 250 }), height: fc.integer({ min: 10, max: 60 }) });

describe('the table', () => {
  test('is never wider than the terminal and, with its footer, never higher', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), size, fc.boolean(), (rows, { width, height }, links) => {
        const state = {
          rows,
          listCommand: 'list',
          linksCommand: 'links',
          beginAgain: ['Ctrl-C ends it.', 'To begin again, delete .steward/temporal.sqlite.'],
          openedByBackfills: 195,
          needingDecision: 0,
        };
        const colors = picocolors.createColors(links);
        const lines = tableLines(state, { width, height, colors, links });
        for (const line of lines) expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(width);
        expect(lines.length).toBeLessThanOrEqual(height);
      }),
    );
  });

  test('shows every row of a terminal that is high enough', () => {
    const lines = tableLines(stateOf(progress(), progress()), { ...plain, width: 100, height: 40 });
    expect(lines.filter((line) => line.includes('one to decide'))).toHaveLength(2);
    expect(lines.join('\n')).not.toContain('more');
  });

  test('has a heading for each group where there is room for all, and none where there is not', () => {
    const item = progress({ scenario: { ...scenario, name: 'an item', group: 'Items' } });
    const drawn = (height: number) =>
      tableLines(stateOf(progress(), progress(), item), { ...plain, width: 100, height });
    const high = drawn(40).map((line) => line.trimEnd());
    expect(high.slice(1, 6).map((line) => line.replace(/ {2}.*/, ''))).toEqual([
      'The story',
      '? one to decide',
      '? one to decide',
      'Items',
      '? an item',
    ]);
    expect(drawn(14).join('\n')).not.toContain('The story');
  });

  test('keeps the one that needs a decision where the rows do not fit, and says how many are hidden', () => {
    const done = { ...seen, workflowId: 'change-set:done', state: 'succeeded', attention: false, running: false };
    const finished = progress({
      observation: done,
      scenario: { ...scenario, name: 'done', workflowId: done.workflowId },
    });
    const state = stateOf(...Array.from({ length: 30 }, () => finished), progress());
    const lines = tableLines(state, { ...plain, width: 120, height: 20 });
    expect(lines.some((line) => line.startsWith('? one to decide'))).toBe(true);
    expect(lines.join('\n')).toMatch(/… and \d+ more/);
  });

  test.each([30, 40, 60, 72, 80])('gives the ready commands and the link whole on %d columns', (width) => {
    const lines = tableLines(stateOf(progress()), { ...plain, width, height: 40 });
    const command = '  node bin/steward.mjs retry abc --actor "<your-name>" --reason "<why>"';
    expect(lines.join('\n').replaceAll(/ \\\n +/g, ' ')).toContain(command);
    expect(lines.filter((line) => line.includes('--reason') && line.length > width)).toEqual([]);
    expect(lines.includes(command)).toBe(command.length <= width);
    expect(lines.join('\n')).toContain(
      'http://127.0.0.1:8233/namespaces/default/workflows/change-set%3Aabc/run-1/user-metadata',
    );
  });

  test('counts in one line what backfills have opened, without a row for each', () => {
    const drawn = (openedByBackfills: number) =>
      tableLines({ ...stateOf(progress()), openedByBackfills }, { ...plain, width: 100, height: 40 });
    expect(drawn(195).filter((line) => line.includes('Backfills'))).toEqual([
      'Backfills opened 195 more workflows, which have no row here',
    ]);
    expect(drawn(195)).toHaveLength(drawn(0).length + 1);
  });

  test('has no colour and no link codes where neither is wanted', () => {
    const text = tableLines(stateOf(progress()), { ...plain, width: 100, height: 40 }).join('\n');
    expect(text).toBe(stripVTControlCharacters(text));
  });

  test('lets no text of an event move the cursor', () => {
    const hostile = progress({ observation: { ...seen, nextStep: '\u001b[2J\nover\r' } });
    const text = tableLines(stateOf(hostile), { ...plain, width: 120, height: 40 }).join('\n');
    expect(text).not.toContain('\u001b[2J');
    expect(text).not.toContain('\r');
  });
});

describe('on a terminal of 80 columns and 24 lines', () => {
  const many = (count: number, more: Partial<Progress>) =>
    Array.from({ length: count }, (_, index) => {
      const workflowId = `change-set:${JSON.stringify(more).length}x${index}`;
      const observation = more.observation && { ...more.observation, workflowId };
      return progress({ ...more, ...(observation && { observation }), scenario: { ...scenario, workflowId } });
    });
  const working = { ...seen, state: 'BUYABLE', attention: false, nextStep: 'Nothing; the item is watched.' };
  const small = { ...plain, width: 80, height: 24 };
  const asked = { ...seen, workflowId: 'change-set:asked', subject: 'Acme Scanner 4.4.3: SCAN_ERROR' };
  const state = viewState(
    {
      progress: [
        ...many(20, { observation: working }),
        progress({ observation: asked, scenario: { ...scenario, name: 'a scan error', workflowId: asked.workflowId } }),
        ...many(3, { observation: seen }),
        ...many(2, { problem: 'the ingress answered 503: unavailable' }),
      ],
      others: [],
      openedByBackfills: 195,
      needingDecision: 4,
    },
    context,
  );
  const lines = tableLines(state, small);
  const taken = lines.reduce((sum, line) => sum + Math.ceil(Math.max(line.length, 1) / small.width), 0);

  test('what needs somebody is first, and what moves is what is hidden', () => {
    const signs = lines.slice(1).flatMap((line) => /^([?✗●✓·]) /.exec(line)?.[1] ?? []);
    expect(signs.slice(0, 6)).toEqual(['?', '✗', '✗', '?', '?', '?']);
    expect(new Set(signs.slice(6))).toEqual(new Set(signs.length > 6 ? ['●'] : []));
    expect(lines.join('\n')).toMatch(/… and \d+ more/);
    expect(taken).toBeLessThan(small.height);
  });

  test('a row that went wrong says why, in a line of its own', () => {
    const wrong = lines.flatMap((line, index) => (line.startsWith('✗') ? [lines[index + 1]] : []));
    expect(wrong).toEqual(Array.from({ length: 2 }, () => '    the ingress answered 503: unavailable'));
    const wide = tableLines(state, { ...small, width: 120 });
    expect(wide.filter((line) => line.startsWith('✗'))[0]).toContain('the ingress answered 503');
    expect(wide).not.toContain('    the ingress answered 503: unavailable');
  });

  test('the matter can be read beside the commands that answer it', () => {
    const at = lines.findIndex((line) => line.startsWith('Needs a decision.'));
    expect(lines.slice(at + 1, at + 3)).toEqual(['  Acme Scanner 4.4.3: SCAN_ERROR', '  You: retry or abandon.']);
  });

  test('the way to begin again is named', () => {
    expect(lines.at(-1)).toBe('Ctrl-C ends it. To begin again, delete .steward/temporal.sqlite.');
    const { beginAgain } = viewState(
      { progress: [], others: [], openedByBackfills: 0, needingDecision: 0 },
      { ...context, home: '/tmp/start' },
    );
    expect(beginAgain).toEqual(['Ctrl-C ends it.', 'To begin again, delete /tmp/start/temporal.sqlite.']);
  });
});

describe('plain lines', () => {
  test('are written once for each change, not for each check', () => {
    const shown = new Map<string, string>();
    expect(changedLines(stateOf(progress()), shown)).toEqual([
      'one to decide: change-set:abc | awaitingDecision | You: retry or abandon. | http://127.0.0.1:8233/namespaces/default/workflows/change-set%3Aabc/run-1/user-metadata',
      '  answer it: node bin/steward.mjs retry abc --actor "<your-name>" --reason "<why>"',
      '  answer it: node bin/steward.mjs abandon abc --actor "<your-name>" --reason "<why>"',
    ]);
    expect(changedLines(stateOf(progress()), shown)).toEqual([]);
    const retrying = { ...seen, state: 'retrying', attempt: 1, attention: false, nextStep: '' };
    expect(changedLines(stateOf(progress({ observation: retrying })), shown)).toEqual([
      'one to decide: change-set:abc | retrying (attempt 1) | http://127.0.0.1:8233/namespaces/default/workflows/change-set%3Aabc/run-1/user-metadata',
    ]);
  });

  test('say nothing of what has not begun', () => {
    const waiting = { scenario, played: false };
    expect(changedLines(stateOf(waiting), new Map())).toEqual([]);
  });
});

describe('rows', () => {
  test('name the problem of an event that was answered otherwise than it should be', () => {
    const [shown] = stateOf(progress({ problem: 'the ingress answered 503' })).rows;
    expect(shown).toMatchObject({ mark: 'problem', nextStep: 'the ingress answered 503' });
  });

  test('name the start in every command that would not find it', () => {
    const scene = { progress: [progress()], others: [], openedByBackfills: 0, needingDecision: 2 };
    const { needsDecision, listCommand } = viewState(scene, { ...context, home: '/tmp/my start' });
    const commands = [...(needsDecision?.commands ?? []), listCommand];
    expect(commands.map((command) => command.split(' abc')[0])).toEqual([
      "STEWARD_HOME='/tmp/my start' node bin/steward.mjs retry",
      "STEWARD_HOME='/tmp/my start' node bin/steward.mjs abandon",
      "STEWARD_HOME='/tmp/my start' node bin/steward.mjs list --attention",
    ]);
  });

  test('name the commands that fit best, without one that needs a file', () => {
    const commands = ['amend', 'resolve', 'abandon', 'retry'];
    const asked = { ...seen, status: { ...seen.status, commands } };
    const { needsDecision } = stateOf(progress({ observation: asked }));
    expect(needsDecision?.commands.map((command) => command.split(' ')[2])).toEqual(['resolve', 'abandon']);
  });

  test('hold what came in beside the scenarios', () => {
    const other = { ...seen, workflowId: 'offer:1:2', type: 'offerWatch', state: 'watching', attention: false };
    const { rows } = viewState({ progress: [], others: [other], openedByBackfills: 0, needingDecision: 0 }, context);
    expect(rows).toMatchObject([{ event: 'offer:1:2', state: 'watching', mark: 'working' }]);
  });
});

describe('the story', () => {
  test('names every change set of a lineage and how it ended', () => {
    const members = [
      { attempt: 0, changeSetId: 'a', outcome: 'FAILED' },
      { attempt: 1, changeSetId: 'b', outcome: 'FAILED' },
      { attempt: 2, changeSetId: 'c' },
    ];
    const story = storyOf({ ...seen, state: 'retrying', status: { members } });
    expect(story).toBe('failed → attempt 1: failed → attempt 2: under way → retrying');
  });

  test('is not there while the workflow does not report it', () => {
    expect(storyOf(undefined)).toBeUndefined();
    expect(storyOf({ ...seen, status: { members: 'none' } })).toBeUndefined();
  });
});

test('a terminal that says that it has no width gets whole lines', () => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 0, rows: 0 });
  const view = createView(stream as unknown as NodeJS.WriteStream, {});
  view.say('ready after 3 s');
  view.end();
  expect(stream.read()).toBe('ready after 3 s\n');
});
