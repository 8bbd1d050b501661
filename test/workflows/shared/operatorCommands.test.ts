import { contracts } from '../../../src/workflows/contracts.ts';
import { unfitProblem } from '../../../src/workflows/shared/fitForHistory.ts';
import {
  answerLines,
  commandsIn,
  exampleInput,
  flagOf,
  inputProblem,
  stateRefusal,
  terminalLine,
  updateDescription,
  type OperatorCommands,
} from '../../../src/workflows/shared/operatorCommands.ts';

const commands = {
  pause: {
    summary: 'Deliver nothing until resume.',
    takenIn: ['delivering'],
    changesNothingIn: ['paused'],
    fields: [],
    sameDecision: 'whileNotTaken',
  },
  snooze: {
    summary: 'Drop the reminders for some days.',
    takenIn: ['delivering', 'paused'],
    fields: [
      { name: 'days', kind: 'days', required: true, help: 'For how many days.', example: 7 },
      { name: 'until', kind: 'instant', required: false, help: 'Until when.', example: '2026-12-01' },
      { name: 'changeSetId', kind: 'text', required: false, help: 'Which one.', example: '<change-set-id>' },
      { name: 'changes', kind: 'changeDetails', required: false, help: 'Which details.', example: [] },
    ],
    sameDecision: 'never',
  },
} as const satisfies OperatorCommands;
const operator = { actor: 'ann', reason: 'because' };

describe('a declared command', () => {
  test('is offered in the states that take it, and accepted where it was given before', () => {
    expect(commandsIn(commands, 'delivering')).toEqual(['pause', 'snooze']);
    expect(commandsIn(commands, 'paused')).toEqual(['snooze']);
    expect(stateRefusal(commands, 'pause', 'delivering')).toBeUndefined();
    expect(stateRefusal(commands, 'pause', 'paused')).toBeUndefined();
    expect(stateRefusal(commands, 'pause', 'ended')).toBe('It is ended; pause is taken in delivering.');
    expect(stateRefusal(commands, 'snooze', 'ended')).toBe('It is ended; snooze is taken in delivering or paused.');
  });

  test.each([
    [{}, '"days" must be a number above 0, at most 3650, but it is nothing'],
    [{ days: 0 }, '"days" must be a number above 0, at most 3650, but it is 0'],
    [{ days: 1, until: 'soon' }, '"until" must be a date like 2026-12-01'],
    [{ days: 1, changeSetId: '' }, '"changeSetId" must be a text of 1 to 1000 characters, but it is an empty text'],
    [{ days: 1, changeSetId: '<change-set-id>' }, '"changeSetId" is still the placeholder <change-set-id>'],
    [{ days: 1, changes: {} }, '"changes" must be a list, but it is an object'],
  ])('with %j is refused by its field', (data, sentence) => {
    expect(inputProblem({ ...operator, ...data }, commands.snooze.fields)).toContain(sentence);
  });

  test.each([
    ['reason', { reason: 'runs with curl -u admin:hunter2 again' }],
    ['reason', { reason: 'see https://bucket.example/x?X-Amz-Signature=hunter2' }],
    ['actor', { actor: 'ghp_hunter2hunter2hunter2' }],
    ['changeSetId', { changeSetId: 'AKIAHUNTER2HUNTER2HU' }],
  ])('with a secret in its %s gets into no history, and nothing of it shows', (field, given) => {
    const right = { ...operator, days: 1 };
    const said = unfitProblem(commands.snooze, { ...right, ...given });
    expect(said).toContain(`"${field}" holds a secret`);
    expect(said?.toLowerCase()).not.toContain('hunter2');
    expect(unfitProblem(commands.snooze, right)).toBeUndefined();
  });

  test('is taken with its fields, and the placeholders of the example are not', () => {
    const { fields } = commands.snooze;
    expect(inputProblem({ ...operator, days: 1.5, until: '2026-12-01T09:00Z', changes: [] }, fields)).toBeUndefined();
    expect(inputProblem(exampleInput(fields), fields)).toContain('"actor" is still the placeholder <your-name>');
  });

  test('is described with an example, for the Web UI and for a terminal', () => {
    expect(updateDescription(commands.snooze)).toBe(
      'Drop the reminders for some days. Data: {"actor":"<your-name>","reason":"<why>","days":7}',
    );
    expect(terminalLine('snooze', commands.snooze, 'security:1')).toBe(
      "steward snooze security:1 --days '<number>' --actor '<your-name>' --reason '<why>'",
    );
    expect(commands.snooze.fields.map(flagOf)).toEqual([
      '--days <number>',
      '--until <date-or-time>',
      '--change-set-id <change-set-id>',
      '--change <index=file>',
    ]);
  });

  test('is shown where it can be answered, with one example for each kind of data', () => {
    const lines = answerLines(commands, ['pause', 'snooze'], 'security:1').join('\n');
    expect(lines).toContain('- `pause`: Deliver nothing until resume.');
    expect(lines.match(/```json/g)).toHaveLength(2);
    expect(lines).toContain('Data of `snooze`:');
    expect(answerLines(commands, [], 'security:1')).toEqual([]);
  });
});

describe('the contracts', () => {
  test('name each type and each beginning of an id once, and one status query', () => {
    const types = contracts.map(({ type }) => type);
    const prefixes = contracts.flatMap(({ idPrefixes }) => idPrefixes);
    expect(new Set(types).size).toBe(types.length);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    expect(new Set(contracts.map(({ statusQuery }) => statusQuery.name))).toEqual(new Set(['status']));
  });

  test('declare commands by one sentence each, with examples that their own checks allow', () => {
    for (const { commands: declared } of contracts) {
      for (const { summary, fields, takenIn } of Object.values(declared)) {
        expect(summary).toMatch(/^[A-Z].*\.$/);
        expect(takenIn.length).toBeGreaterThan(0);
        const { actor: _actor, reason: _reason, ...data } = exampleInput(fields);
        const shown = fields.filter(({ example }) => !/^<.*>$/.test(String(example)));
        expect(inputProblem({ ...operator, ...data }, shown)).toBeUndefined();
      }
    }
  });
});
