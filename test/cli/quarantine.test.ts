import type { CommandContext } from '../../src/cli/command.ts';
import { showQuarantined } from '../../src/cli/quarantineShow.ts';

const context: CommandContext = {
  environment: {},
  workingDirectory: '/',
  clone: '/',
  note: () => {},
  progress: () => {},
  run: () => Promise.resolve(),
};

test('a stranger’s bytes go to no terminal as they came, and no server is asked for them', async () => {
  const flags = { raw: true, bytes: 10, address: '127.0.0.1:1' } as const;
  await expect(showQuarantined('quarantine:a', flags, context, true)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('or name a file with --output'),
  });
});
