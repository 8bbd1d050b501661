import { declaredCommands, readyCommands } from '../../src/cli/operatorCommands.ts';
import { stewardProgram } from '../../src/cli/program.ts';
import { changeSetRemediationType } from '../../src/workflows/changeSetRemediation/contract.ts';
import { contracts } from '../../src/workflows/contracts.ts';
import { quarantinedEventType } from '../../src/workflows/quarantinedEvent/contract.ts';

const there = ' --address 127.0.0.1:7233';
const rest = `--actor '<your-name>' --reason '<why>'${there}`;
const declared = contracts.flatMap(({ type, commands }) =>
  Object.entries(commands).map(([name, command]) => ({ type, name, command })),
);

test('every command of every contract is a command here, with all that take it and all their fields', () => {
  const byName = new Map(declaredCommands().map((command) => [command.name, command]));
  expect([...byName.keys()].toSorted()).toEqual([...new Set(declared.map(({ name }) => name))].toSorted());
  for (const { type, name, command } of declared) {
    const { takers = [], fields = [] } = byName.get(name) ?? {};
    expect(takers).toContainEqual(expect.objectContaining({ type, command }));
    expect(fields.map((field) => field.name)).toEqual(
      expect.arrayContaining(command.fields.map((field) => field.name)),
    );
  }
});

test.each(declared)('$type: $name is ready to send in each state that takes and offers it, and in no other', (one) => {
  const { type, name, command } = one;
  expect(command.takenIn.length).toBeGreaterThan(0);
  const lineIn = (state: string) =>
    readyCommands({ type, state }, ['some:id'], there).find((line) => line.startsWith(`steward ${name} some:id `));
  const { takenIn, notOfferedIn = [] } = command;
  const offeredIn = takenIn.filter((state) => !notOfferedIn.includes(state));
  for (const state of offeredIn) expect(lineIn(state)).toMatch(new RegExp(`${rest}$`));
  expect(notOfferedIn.flatMap((state) => lineIn(state) ?? [])).toEqual([]);
  expect(lineIn('somethingElse')).toBeUndefined();
});

test('the help of a command says what it does to each kind of workflow, in whole sentences', () => {
  const run = { environment: {}, workingDirectory: '/', clone: '/', note: () => {}, progress: () => {} };
  const program = stewardProgram({ ...run, run: () => Promise.resolve() });
  for (const { name, takers } of declaredCommands()) {
    const summaries = new Set(takers.map(({ command }) => command.summary));
    const said = program.commands.find((each) => each.name() === name)?.description() ?? '';
    for (const { type, command } of takers) {
      expect(said).toContain(command.summary);
      // Where workflows differ, the sentence says of which it is.
      expect(said.includes(`${type}: ${command.summary}`) || said.includes(`${type}, `) || summaries.size === 1).toBe(
        true,
      );
    }
    expect(said).toMatch(/^[A-Za-z]/);
    expect(said).toMatch(/\.$/);
  }
});

describe('readyCommands', () => {
  const waiting = { type: changeSetRemediationType, state: 'awaitingDecision' };

  it('offers what the workflow takes now, in the order of its contract, with a placeholder for each field', () => {
    const taken = ['abandon', 'resolve', 'amend', 'approve'];
    const lines = readyCommands({ ...waiting, taken }, ['change-set:abc'], there);
    expect(new Set(lines.map((line) => line.split(' ')[1]))).toEqual(new Set(taken));
    expect(lines).toContain(`steward amend change-set:abc --edit ${rest}`);
    expect(readyCommands({ ...waiting, taken: ['somethingNewer'] }, ['change-set:abc'], there)).toEqual([]);
  });

  it('names the proposal that an approval would submit', () => {
    const known = { proposal: '00ff00ff00ff00ff' };
    const lines = readyCommands({ ...waiting, taken: ['approve', 'retry'], known }, ['change-set:abc'], there);
    expect(lines).toEqual([
      `steward approve change-set:abc --proposal 00ff00ff00ff00ff ${rest}`,
      `steward retry change-set:abc ${rest}`,
    ]);
  });

  it('offers nothing in a state that takes nothing, nor for a type without commands', () => {
    expect(readyCommands({ type: quarantinedEventType, state: 'replayed' }, ['quarantine:abc'], there)).toEqual([]);
    expect(readyCommands({ type: 'somethingElse', state: 'open' }, ['else:abc'], there)).toEqual([]);
  });

  it('names several workflows in one command, each as a shell reads it back', () => {
    const [first] = readyCommands({ type: quarantinedEventType, state: 'quarantined' }, ['quarantine:a', "b'c"], there);
    expect(first).toBe(`steward replay quarantine:a 'b'\\''c' ${rest}`);
  });
});
