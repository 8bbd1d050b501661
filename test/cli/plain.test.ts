import type { CommandContext } from '../../src/cli/command.ts';
import { runProgram } from '../../src/cli/program.ts';

/** What plain `steward` does in an environment: how often it ran a command, and its exit status. */
async function plain(environment: NodeJS.ProcessEnv): Promise<{ readonly ran: number; readonly exitCode: number }> {
  let ran = 0;
  const context: CommandContext = {
    environment,
    workingDirectory: '/nowhere',
    clone: '/nowhere',
    note: () => {},
    progress: () => {},
    run: () => {
      ran += 1;
      return Promise.resolve();
    },
  };
  const exitCode = await runProgram([], context);
  return { ran, exitCode };
}

test('plain steward shows the status where it is known where Temporal is, else the help', async () => {
  expect(await plain({ TEMPORAL_ADDRESS: '127.0.0.1:1' })).toEqual({ ran: 1, exitCode: 0 });
  const help = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await plain({ HOME: '/nowhere', XDG_CONFIG_HOME: '/nowhere' })).toEqual({ ran: 0, exitCode: 2 });
  expect(help.mock.calls.join('')).toContain('\n  status ');
  help.mockRestore();
});
