import { approved } from '../../src/cli/approval.ts';

const open = { proposal: '00ff00ff00ff00ff', proposedBy: 'ann', indexes: [0], difference: ['Title: added'] };
/** A terminal, or none, at which the operator answers. */
function terminal(answer: boolean | undefined) {
  const asked: string[] = [];
  return {
    asked,
    canAsk: () => answer !== undefined,
    confirmed: (question: string) => {
      asked.push(question);
      return Promise.resolve(answer === true);
    },
  };
}
const named = { proposal: open.proposal };

test.each([
  ['confirmed in a terminal, it is named', {}, true, named, 1],
  ['with --yes it is named without a question', { yes: true }, true, named, 0],
  ['with --yes it is named without a terminal', { yes: true }, undefined, named, 0],
  ['without either nothing is named: nobody has said that they mean it', {}, undefined, {}, 0],
  ['a dry run names nothing', { dryRun: true, yes: true }, true, {}, 0],
] as const)('%s', async (_what, flags, answer, expected, questions) => {
  const there = terminal(answer);
  expect(await approved(open, flags, there)).toEqual(expected);
  expect(there.asked).toHaveLength(questions);
});

test('what is not confirmed is not sent', async () => {
  await expect(approved(open, {}, terminal(false))).rejects.toThrow('You did not approve it. Nothing was sent for it.');
});

test('of a worker of the version before there is no name; a difference that is not there yet is no question', async () => {
  const { proposal: _proposal, ...nameless } = open;
  expect(await approved(nameless, {}, terminal(true))).toEqual({});
  const { difference: _difference, ...early } = open;
  const there = terminal(false);
  expect(await approved(early, {}, there)).toEqual(named);
  expect(there.asked).toEqual([]);
});
