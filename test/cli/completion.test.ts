import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { choiceOf } from '../../src/cli/choice.ts';
import type { CommandResult } from '../../src/cli/command.ts';
import { completedShells, completionScript, type CompletedShell } from '../../src/cli/completion.ts';
import { completionTree } from '../../src/cli/completionTree.ts';
import { declaredCommands } from '../../src/cli/operatorCommands.ts';
import { runProgram } from '../../src/cli/program.ts';
import { contracts } from '../../src/workflows/contracts.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-completion-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `steward completion` prints. */
async function printed(shell: CompletedShell): Promise<string> {
  let result: CommandResult | undefined;
  await runProgram(['completion', shell], {
    environment: {},
    workingDirectory: '/',
    clone: '/',
    note: () => {},
    progress: () => {},
    run: async (_options, command) => {
      result = await command();
    },
  });
  return result?.text ?? '';
}

/** What bash offers for each of some lines, of which the end is being typed. */
function offeredByBash(script: string, lines: ReadonlyArray<readonly string[]>): string[][] {
  const ask = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _steward; echo "${COMPREPLY[*]}"';
  const quoted = lines.map((words) => `ask ${words.map((word) => `'${word}'`).join(' ')}`);
  const input = [script, `ask() { ${ask}; }`, ...quoted].join('\n');
  const { stdout, stderr } = spawnSync('bash', ['--norc'], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').filter((word) => word !== ''));
}

test('bash completes commands, flags and the values of choices', async () => {
  const script = await printed('bash');
  const [all, group, states, begun, apart, shells, free, flags] = offeredByBash(script, [
    ['steward', ''],
    ['steward', 'quarantine', ''],
    ['steward', 'list', '--state', ''],
    ['steward', 'list', '--json', '--state', 'awaitingD'],
    ['steward', 'list', '--state', '=', 'awaitingD'],
    ['steward', 'completion', ''],
    ['steward', 'list', '--account', ''],
    ['steward', 'retry', 'change-set:a', '--dr'],
  ]);
  expect(all).toEqual(expect.arrayContaining(['list', 'quarantine', ...declaredCommands().map(({ name }) => name)]));
  expect(group).toEqual(['list', 'show', 'replay', 'discard', '--help', '-h']);
  expect(new Set(states)).toEqual(new Set(contracts.flatMap((contract) => Object.keys(contract.states))));
  expect([begun, apart]).toEqual([['awaitingDecision'], ['awaitingDecision']]);
  expect(shells?.slice(0, 3)).toEqual([...completedShells]);
  // Files, which bash offers where the list is empty.
  expect(free).toEqual([]);
  expect(flags).toEqual(['--dry-run']);
});

/** A command whose texts would be something to a shell. */
function hostileProgram(): Command {
  const text = `it's "a" $(touch here) \`id\`: [x] \\ ; & | then`;
  const program = new Command('steward').description(text);
  const option = new Option('--kind <kind>', text).argParser(choiceOf('kinds', ['one', 'two three', '$(id)']));
  program
    .command('act')
    .description(text)
    .addArgument(new Argument('<what>', text).choices(['a', 'b']))
    .addOption(option);
  return program;
}

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

const installed = completedShells.filter(isInstalled);

test.each(installed)('%s takes its script, whatever the texts hold', async (shell) => {
  for (const script of [await printed(shell), completionScript(shell, completionTree(hostileProgram()))]) {
    writeFileSync(join(folder, shell), script);
    const { status, stderr } = spawnSync(shell, ['-n', join(folder, shell)], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
});

for (const shell of completedShells) {
  // It counts as skipped, so that nobody takes it for tried.
  if (!installed.includes(shell)) test.todo(`${shell} takes its script: it is not installed here`);
}

test('a value with a space or a sign of the shell is not offered, and no text of a command is run', () => {
  const script = completionScript('bash', completionTree(hostileProgram()));
  expect(
    offeredByBash(script, [
      ['steward', 'act', '--kind', ''],
      ['steward', 'act', ''],
    ]),
  ).toEqual([['one'], ['a', 'b', '--kind', '--help', '-h']]);
  for (const shell of completedShells) {
    const lines = completionScript(shell, completionTree(hostileProgram())).split('\n');
    // Within quotes of any shell nothing of it is more than a text.
    for (const line of lines.filter((one) => one.includes('touch'))) {
      const outside = line.replaceAll(/'[^']*'/g, '').replaceAll(/"[^"]*"/g, '');
      expect(outside).not.toMatch(/touch|`|\$\(/);
    }
  }
});
