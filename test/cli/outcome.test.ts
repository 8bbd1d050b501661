import { outcomeIn, underWay } from '../../src/cli/outcome.ts';
import { contracts } from '../../src/workflows/contracts.ts';

test('the states under way are states of their workflows, and every workflow that takes a command for once has some', () => {
  for (const [type, states] of Object.entries(underWay)) {
    const known = contracts.find((contract) => contract.type === type)?.states ?? {};
    expect(Object.keys(known)).toEqual(expect.arrayContaining([...states]));
  }
  const commanded = contracts.filter(({ commands }) =>
    Object.values(commands).some(({ sameDecision }) => sameDecision === 'whileNotTaken'),
  );
  expect(commanded.map(({ type }) => type).filter((type) => underWay[type] === undefined)).toEqual(['securityCase']);
});

const once = { sameDecision: 'whileNotTaken' } as const;
const replay = (state: string, commands: string[], isEnded: boolean) =>
  outcomeIn('quarantinedEvent', 'replay', once, { state, commands }, isEnded);

test('a command is over once the workflow has ended, or asks again; asked for the same again, it has failed', () => {
  expect(replay('replaying', [], false)).toEqual({ state: 'replaying', isOver: false, askedAgain: false });
  expect(replay('replayed', [], true)).toEqual({ state: 'replayed', isOver: true, askedAgain: false });
  expect(replay('quarantined', ['replay', 'discard'], false)).toEqual({
    state: 'quarantined',
    isOver: true,
    askedAgain: true,
  });
  const unread = { state: 'quarantined', commands: ['replay'], reason: '(body): no JSON' };
  expect(outcomeIn('quarantinedEvent', 'replay', once, unread, false)).toMatchObject({ why: '(body): no JSON' });
  // The state of a security case is the same before and after a check.
  const recheck = (status: object) =>
    outcomeIn(
      'securityCase',
      'recheck',
      { sameDecision: { whileStatusHas: 'x' } },
      { state: 'open', ...status },
      false,
    );
  expect(recheck({ notes: ['before'] })).toEqual({ state: 'open', isOver: false, askedAgain: false });
  const found = { affected: [], notes: ['before', 'Checked the assessments for ann.'] };
  expect(recheck(found)).toMatchObject({ isOver: true, found: 'Checked the assessments for ann.' });
  // A proposal may be replaced by another.
  const amend = { sameDecision: { whileStatusHas: 'proposedBy' } } as const;
  const proposed = { state: 'awaitingDecision', commands: ['approve', 'amend'] };
  expect(outcomeIn('changeSetRemediation', 'amend', amend, proposed, false)).toMatchObject({ askedAgain: false });
});
