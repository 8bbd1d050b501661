import fc from 'fast-check';
import { itemBuyabilityDefaults as policy } from '../../../../src/policies/defaults.ts';
import { itemCommands } from '../../../../src/workflows/itemBuyability/contract.ts';
import { itemDetails, itemStatus } from '../../../../src/workflows/itemBuyability/details.ts';
import { stateName } from '../../../../src/workflows/itemBuyability/state.ts';
import { refusal, takenCommands } from '../../../../src/workflows/itemBuyability/transitions/operatorCommands.ts';
import { commandsIn } from '../../../../src/workflows/shared/operatorCommands.ts';
import { Played } from '../played.ts';

const command = { actor: 'ann', reason: 'it is not sold any more' };
const recheck = { type: 'command', given: { type: 'recheck', command } } as const;
const abandon = { type: 'command', given: { type: 'abandon', command } } as const;

/** An item in each state. */
const stages = {
  querying: () => new Played().event(),
  awaitingAccess: () => new Played().event().denied(),
  BUYABLE: () => new Played().event('BUYABLE'),
  NOT_BUYABLE: () => new Played().event('NOT_BUYABLE').unanswered(),
  INVALID_PRODUCT: () => new Played().event().after(policy.queryWithinMs).answer(),
  UNVERIFIED: () => new Played().event().unanswered(),
} as const;
const names = Object.keys(stages) as Array<keyof typeof stages>;

test.each(names)('%s: a recheck queries at once, and the record says who asked', (name) => {
  const played = stages[name]();
  expect(stateName(played.item)).toBe(name);
  const { asOf, queries, openNotice } = played.item;
  played.take(recheck);
  expect(stateName(played.item)).toBe('querying');
  expect(played.item.audit).toMatchObject([{ command: 'recheck', actor: 'ann', reason: command.reason }]);
  // It says nothing of the item itself.
  expect(played.item).toMatchObject({ ...(asOf && { asOf }), queries: name === 'querying' ? queries : queries + 1 });
  expect(played.item.openNotice).toEqual(openNotice);
});

test.each(names)('%s: an operator closes it with what is known, and its notice with a sentence', (name) => {
  const played = stages[name]();
  const { openNotice } = played.item;
  const sent = played.notices.length;
  played.take(abandon);
  const isUnknown = name === 'querying' || name === 'awaitingAccess';
  expect(played.item.phase).toEqual({
    name: 'ended',
    verdict: isUnknown ? 'UNKNOWN' : name,
    cancelled: true,
    abandonedBy: 'ann',
  });
  expect(played.notices.slice(sent)).toMatchObject(
    openNotice === undefined
      ? []
      : [
          {
            id: `${openNotice.id}:resolved`,
            kind: 'resolution',
            title: 'Item item-1 is not watched any more',
            lines: [`ann closed it as ${openNotice.about}: ${command.reason}`, played.notices.at(-1)?.lines[1]],
          },
        ],
  );
  expect(itemStatus(played.item, policy)).toMatchObject({
    commands: [],
    nextStep: 'Nothing; ann closed this. The next event begins again.',
    audit: [{ command: 'abandon' }],
  });
});

test('what has ended takes no command and no event, and says so', () => {
  const { item } = stages.NOT_BUYABLE().take(abandon);
  expect(refusal(recheck.given, item)).toBe('It has ended: there is nothing left to recheck.');
  const later = new Played();
  later.item = item;
  expect(later.take(recheck).take(abandon).event('BUYABLE').item).toEqual(item);
});

test('the details offer exactly what the state takes, and show who commanded', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.constantFrom(recheck, abandon), { maxLength: 3 }),
      (name, given) => {
        const played = stages[name]();
        for (const message of given) played.take(message);
        const { item } = played;
        const taken = takenCommands(item);
        expect(taken).toEqual(item.phase.name === 'ended' ? [] : commandsIn(itemCommands, stateName(item)));
        const details = itemDetails(item, policy);
        for (const one of Object.keys(itemCommands)) {
          expect(details.includes(`- \`${one}\`: `)).toBe(taken.some((each) => each === one));
        }
        expect(details.includes('by ann')).toBe(given.length > 0);
      },
    ),
  );
});
