import { readyCommands } from '../../src/cli/readyCommands.ts';

const access = {
  peer: { address: '127.0.0.1:7233', namespace: 'default', source: 'from a test' },
  flagsAgain: ' --address 127.0.0.1:7233',
};
const waiting = {
  type: 'changeSetRemediation',
  workflowId: 'change-set:abc',
  status: 'RUNNING',
  state: 'awaitingDecision',
  attention: true,
} as const;

describe('readyCommands', () => {
  it('offers both answers while an operator is asked about a change set', () => {
    expect(readyCommands(access, waiting)).toEqual([
      'npx steward retry change-set:abc --actor NAME --reason REASON --address 127.0.0.1:7233',
      'npx steward abandon change-set:abc --actor NAME --reason REASON --address 127.0.0.1:7233',
    ]);
    expect(readyCommands(access, { ...waiting, state: 'observed', attention: false })).toHaveLength(2);
  });

  it('offers what the workflow takes now, in one order', () => {
    const taken = (...commands: string[]) =>
      readyCommands(access, { ...waiting, details: { state: 'awaitingDecision', commands } });
    const rest = '--actor NAME --reason REASON --address 127.0.0.1:7233';
    expect(taken('abandon', 'resolve', 'amend', 'approve')).toEqual([
      `npx steward approve change-set:abc ${rest}`,
      `npx steward amend change-set:abc --change INDEX=FILE ${rest}`,
      `npx steward resolve change-set:abc ${rest}`,
      `npx steward abandon change-set:abc ${rest}`,
    ]);
    expect(taken('somethingNewer')).toEqual([]);
  });

  it('offers nothing that would be refused', () => {
    expect(readyCommands(access, { ...waiting, state: 'retrying', attention: false })).toEqual([]);
    expect(readyCommands(access, { ...waiting, status: 'COMPLETED' })).toEqual([]);
    expect(readyCommands(access, { ...waiting, type: 'securityCase', attention: false })).toEqual([]);
    expect(readyCommands(access, { ...waiting, type: 'offerWatch' })).toEqual([]);
  });

  it('offers what a security case takes now, also one that asks nobody', () => {
    const open = { ...waiting, type: 'securityCase', workflowId: 'security:111122223333', state: 'open' };
    const rest = '--actor NAME --reason REASON --address 127.0.0.1:7233';
    const details = { state: 'open', commands: ['snooze', 'recheck'] };
    expect(readyCommands(access, { ...open, attention: false, details })).toEqual([
      `npx steward snooze security:111122223333 --days N ${rest}`,
      `npx steward recheck security:111122223333 ${rest}`,
    ]);
    expect(readyCommands(access, open)).toContain(`npx steward acknowledge security:111122223333 ${rest}`);
  });

  it.each(['backfillItems', 'backfillChangeSets'])('offers what a backfill takes now (%s)', (type) => {
    const running = { ...waiting, type, workflowId: 'backfill:1', attention: false, details: { state: 'paused' } };
    const rest = 'backfill:1 --actor NAME --reason REASON --address 127.0.0.1:7233';
    const commands = ['resume', 'stop'];
    expect(readyCommands(access, { ...running, details: { ...running.details, commands } })).toEqual([
      `npx steward backfill resume ${rest}`,
      `npx steward backfill stop ${rest}`,
    ]);
    expect(readyCommands(access, running)).toEqual([]);
  });

  it('names the update of a workflow that has no command of its own', () => {
    const [first] = readyCommands(access, { ...waiting, type: 'quarantinedEvent', workflowId: 'quarantine:abc' });
    expect(first).toBe(
      "temporal workflow update execute --workflow-id quarantine:abc --name replay --input '" +
        '{"actor":"NAME","reason":"REASON"}' +
        "' --address 127.0.0.1:7233 --namespace default",
    );
  });
});
