import type { CommandContext } from '../../src/cli/command.ts';
import { findQuarantined } from '../../src/cli/quarantine.ts';
import { showQuarantined } from '../../src/cli/quarantineShow.ts';

const context: CommandContext = {
  environment: {},
  workingDirectory: '/',
  clone: '/',
  note: () => {},
  progress: () => {},
  run: () => Promise.resolve(),
};

test.each(['f4ab', 'quarantine:f4ab'])('too few digits of a digest are said to be so: %s', async (named) => {
  const access = {} as Parameters<typeof findQuarantined>[0];
  await expect(findQuarantined(access, named)).rejects.toMatchObject({
    exitCode: 2,
    message: 'f4ab is too short for a digest. Give six digits of it or more: steward quarantine list',
  });
});

test('a stranger’s bytes go to no terminal as they came, and no server is asked for them', async () => {
  const flags = { raw: true, bytes: 10, address: '127.0.0.1:1' } as const;
  await expect(showQuarantined('quarantine:a', flags, context, true)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('or name a file with --output'),
  });
});
