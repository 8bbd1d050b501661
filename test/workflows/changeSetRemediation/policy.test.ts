import fc from 'fast-check';
import { knowledgeOf } from '../../../src/workflows/changeSetRemediation/changeTypes.ts';
import { changeSetDefaults } from '../../../src/policies/defaults.ts';
import type { Diagnosis } from '../../../src/workflows/changeSetRemediation/contract.ts';
import { decide, type DecisionFacts } from '../../../src/workflows/changeSetRemediation/policy.ts';
import { diagnosis, endTime, nowMs, originId, quiet, setChange } from '@marketplace-steward/testing/changeSets';

function facts(values: Partial<Diagnosis> = {}, rest: Partial<DecisionFacts> = {}): DecisionFacts {
  return {
    diagnosis: diagnosis(values),
    foreignMarker: false,
    originId,
    automaticSubmits: 0,
    spreadingRepeated: false,
    policy: changeSetDefaults,
    nowMs,
    ...rest,
  };
}
const change = (entityType: string, changeType: string) => ({ ...setChange, entityType, changeType });
const withCodes = (...codes: string[]) => ({ ...setChange, errors: codes.map((code) => ({ code, message: 'why' })) });

describe('the decision table', () => {
  test.each([
    ['SUCCEEDED', { row: 1, act: 'end', end: 'succeeded' }],
    ['CANCELLED', { row: 1, act: 'end', end: 'cancelled' }],
    ['PREPARING', { row: 1, act: 'awaitOutcome' }],
    ['APPLYING', { row: 1, act: 'awaitOutcome' }],
    ['MELTED', { row: 1, act: 'operator' }],
  ])('row 1: the vendor shows %s', (status, expected) => {
    expect(decide(facts({ status }))).toMatchObject(expected);
  });

  test('row 1: no status at all is an operator’s', () => {
    const { status: _, ...without } = diagnosis();
    expect(decide({ ...facts(), diagnosis: without })).toMatchObject({ row: 1, act: 'operator' });
  });

  const other = { changeSetId: 'other', startTime: endTime };
  test.each([
    [
      'row 2: a newer success',
      { newerSuccesses: [{ ...other, coverage: 'same' as const }] },
      { row: 2, act: 'operator' },
    ],
    [
      'row 2: a newer success, of other changes',
      { newerSuccesses: [{ ...other, coverage: 'leaves' as const }] },
      { row: 2, act: 'operator' },
    ],
    [
      'row 2: work that nobody here did',
      { externalChanges: [{ entityId: 'prod-abc', revision: '5', at: endTime }] },
      { row: 2, act: 'operator' },
    ],
    [
      'row 3: a newer failure with all our changes',
      { newerFailures: [{ ...other, coverage: 'same' as const }] },
      { row: 3, act: 'end', end: 'superseded' },
    ],
    [
      'row 3: a newer failure with a part of them',
      { newerFailures: [{ ...other, coverage: 'leaves' as const }] },
      { row: 3, act: 'operator' },
    ],
    [
      'row 3: a newer failure that covers it, and that nobody follows up any more',
      { newerFailures: [{ ...other, coverage: 'same' as const, closed: true as const }] },
      { row: 3, act: 'operator' },
    ],
    [
      'row 3: another newer failure that covers it is followed up',
      {
        newerFailures: [
          { ...other, coverage: 'same' as const, closed: true as const },
          { changeSetId: 'newest', coverage: 'replaced' as const },
        ],
      },
      { row: 3, act: 'end', end: 'superseded' },
    ],
    ['row 4: one that runs', { running: [other] }, { row: 4, act: 'awaitBlocker', blocker: other }],
    ['row 2 before row 4', { newerSuccesses: [{ ...other, coverage: 'same' as const }], running: [other] }, { row: 2 }],
    [
      'row 3 before row 4',
      { newerFailures: [{ ...other, coverage: 'leaves' as const }], running: [other] },
      { row: 3 },
    ],
    [
      'row 7: a revision that is not the latest',
      { staleRevisions: [{ entityId: 'prod-abc', made: '4', latest: '7' }] },
      { row: 7, act: 'operator' },
    ],
  ])('%s', (_, found, expected) => {
    const decision = decide(facts({ concurrentChanges: { ...quiet, ...found } }));
    expect(decision).toMatchObject(expected);
  });

  test('what an operator reads names the other change set, the entity and both revisions', () => {
    const sentenceFor = (found: object): string =>
      decide(facts({ concurrentChanges: { ...quiet, ...found } })).sentence;
    expect(sentenceFor({ newerSuccesses: [{ ...other, name: 'Fix', coverage: 'same' as const }] })).toContain(
      'other (Fix)',
    );
    expect(sentenceFor({ externalChanges: [{ entityId: 'prod-abc', revision: '5', at: endTime }] })).toContain(
      'prod-abc (revision 5',
    );
    expect(sentenceFor({ staleRevisions: [{ entityId: 'prod-abc', made: '4', latest: '7' }] })).toContain(
      'at revision 4 and is at 7 now',
    );
  });

  test('row 5: a validation is reported, however it failed', () => {
    expect(decide(facts({ intent: 'VALIDATE' }))).toMatchObject({ row: 5, act: 'end', end: 'reported' });
  });

  test.each([
    ['a private marketplace', change('Experience@1.0', 'UpdateBrandingSettings')],
    ['an unknown change type', change('SaaSProduct@1.0', 'Teleport')],
    ['an unknown entity type', change('Starship@1.0', 'UpdateInformation')],
    ['a type that only an object’s prototype knows', change('constructor', 'toString')],
    ['a protected class', change('AmiProduct@1.0', 'RestrictDeliveryOptions')],
  ])('row 6: %s is an operator’s, even among harmless changes', (_, one) => {
    expect(decide(facts({ changes: [setChange, one] }))).toMatchObject({ row: 6, act: 'operator' });
  });

  test('row 6: a change set without changes is an operator’s', () => {
    expect(decide(facts({ changes: [] }))).toMatchObject({ row: 6, act: 'operator' });
  });

  test('row 6: of a type whose change types are not known, what is known of it is said once', () => {
    const changeOf = (changeType: string) => ({ ...setChange, entityType: 'SubsidiaryAuthorization@1.0', changeType });
    const { row, sentence } = decide(facts({ changes: [changeOf('ReleaseIt'), changeOf('RestrictIt')] }));
    expect(row).toBe(6);
    expect(sentence).toMatch(/^It holds unknown changes: ReleaseIt on SubsidiaryAuthorization@1\.0, RestrictIt on /);
    expect(sentence.match(/another account of the same seller/g)).toHaveLength(1);
  });

  test('row 6: an account that protects what is created decides about every create', () => {
    const given = { changes: [setChange, change('SaaSProduct@1.0', 'CreateProduct')], concurrentChanges: quiet };
    expect(decide(facts(given))).toMatchObject({ row: 9, act: 'retry' });
    const policy = { ...changeSetDefaults, protectedClasses: ['withdraw', 'create'] };
    expect(decide(facts(given, { policy }))).toMatchObject({ row: 6, act: 'operator' });
    expect(decide(facts({}, { policy }))).toMatchObject({ row: 8, act: 'retry' });
  });

  test('row 6: an account may protect more classes', () => {
    const policy = { ...changeSetDefaults, protectedClasses: ['set'] };
    expect(decide(facts({}, { policy }))).toMatchObject({ row: 6, act: 'operator' });
  });

  test.each([
    ['exactly 24 hours old', 0, 8],
    ['a millisecond older', 1, 7],
  ])('row 7: %s', (_, pastMs, row) => {
    const late = Date.parse(endTime) + changeSetDefaults.freshForMs + pastMs;
    expect(decide(facts({}, { nowMs: late })).row).toBe(row);
  });

  test.each([
    ['stale contents', facts({ changes: [{ ...setChange, stale: ['a date has passed'] }] })],
    ['a foreign marker', facts({}, { foreignMarker: true })],
    ['an end time that says nothing', facts({ endTime: 'soon' })],
    ['an id too long for a marker', facts({}, { originId: 'x'.repeat(60) })],
  ])('row 7: %s is an operator’s', (_, given) => {
    expect(decide(given)).toMatchObject({ row: 7, act: 'operator' });
  });

  test('row 8: six successors after 1, 2, 4, 8, 16 and 32 minutes, then an operator', () => {
    const decisions = [0, 1, 2, 3, 4, 5, 6].map((automaticSubmits) => decide(facts({}, { automaticSubmits })));
    const minutes = decisions.map((decision) => (decision.act === 'retry' ? decision.delayMs / 60_000 : decision.act));
    expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 'operator']);
    expect(decisions.every(({ row }) => row === 8)).toBe(true);
  });

  test('row 8: the event’s code stands in where the description has none', () => {
    const { failureCode: _, ...without } = diagnosis();
    const given = { ...facts(), diagnosis: without };
    expect(decide({ ...given, eventFailureCode: 'SERVER_FAULT' })).toMatchObject({ row: 8, act: 'retry' });
    expect(decide(given)).toMatchObject({ row: 11, act: 'operator' });
  });

  test('a contradiction between event and description is an operator’s', () => {
    expect(decide(facts({}, { eventFailureCode: 'CLIENT_ERROR' }))).toMatchObject({ row: 11, act: 'operator' });
  });

  test.each(['CreateOffer', 'ReleaseOffer', 'UpdatePricingTerms', 'UpdateTargeting'])(
    'row 9: %s among the changes: submitted again without partial effects, an operator where there are some or nobody knows',
    (changeType) => {
      const changes = [setChange, change('Offer@1.0', changeType)];
      const nothing = { ...quiet, created: { found: 'nothing' as const, evidence: 'none' } };
      const something = { ...quiet, created: { found: 'something' as const, evidence: 'Offer offer-1' } };
      expect(decide(facts({ changes, concurrentChanges: nothing }))).toMatchObject({
        row: 9,
        act: 'retry',
        delayMs: 60_000,
      });
      expect(decide(facts({ changes, concurrentChanges: something }))).toMatchObject({ row: 9, act: 'operator' });
      const { concurrentChanges: _, ...unseen } = diagnosis({ changes });
      expect(decide({ ...facts(), diagnosis: unseen })).toMatchObject({ row: 9, act: 'operator' });
      expect(decide(facts({ changes, concurrentChanges: nothing }, { automaticSubmits: 6 }))).toMatchObject({
        row: 9,
        act: 'operator',
      });
    },
  );

  test('row 10: codes of permissions that are spreading', () => {
    const given = facts({ failureCode: 'CLIENT_ERROR', changes: [withCodes('ASSET_NOT_FOUND')] });
    expect(decide(given)).toMatchObject({ row: 10, act: 'operator', repeatInMs: 15 * 60_000 });
    const again = decide({ ...given, spreadingRepeated: true });
    expect(again).toMatchObject({ row: 10, act: 'operator' });
    expect(again).not.toHaveProperty('repeatInMs');
  });

  test.each(['IMAGE_INACCESSIBLE', 'INCOMPATIBLE_SELLER_VERIFICATION', 'ASSET_NOT_FOUND'])(
    'row 10: %s is asked at once whatever runs; after something newer, no repeat is promised',
    (code) => {
      const other = { changeSetId: 'other-1', coverage: 'same' as const };
      const decided = (work: object, submitDue = false) =>
        decide(
          facts(
            { failureCode: 'CLIENT_ERROR', changes: [withCodes(code)], concurrentChanges: { ...quiet, ...work } },
            { submitDue },
          ),
        );
      const running = decided({ running: [other] });
      expect(running).toMatchObject({ row: 10, act: 'operator', repeatInMs: 15 * 60_000 });
      expect(running.sentence).toContain('other-1');
      for (const work of [{ newerSuccesses: [other] }, { newerFailures: [other] }]) {
        const decision = decided(work);
        expect(decision).toMatchObject({ row: 10, act: 'operator' });
        expect(decision).not.toHaveProperty('repeatInMs');
        expect(decision.sentence).toContain('other-1');
      }
      // Once the repeat is due, its own check decides.
      expect(decided({ running: [other] }, true)).toMatchObject({ row: 4, act: 'awaitBlocker' });
      expect(decided({ newerSuccesses: [other] }, true)).toMatchObject({ row: 2, act: 'operator' });
    },
  );

  test.each([
    ['SERVER_FAULT with codes', facts({ changes: [withCodes('SCAN_ERROR')] })],
    ['CLIENT_ERROR without codes', facts({ failureCode: 'CLIENT_ERROR' })],
    [
      'CLIENT_ERROR with a spreading and another code',
      facts({ failureCode: 'CLIENT_ERROR', changes: [withCodes('ASSET_NOT_FOUND'), withCodes('INVALID_INPUT')] }),
    ],
    ['an unknown failure code', facts({ failureCode: 'GREMLINS' })],
  ])('row 11: %s is an operator’s', (_, given) => {
    expect(decide(given)).toMatchObject({ row: 11, act: 'operator' });
  });

  describe('rows 2 to 4 hold back only what would be submitted', () => {
    const a = { changeSetId: 'set-a', name: 'Fix', coverage: 'same' as const };
    const b = { changeSetId: 'set-b', coverage: 'same' as const };
    const running = [{ changeSetId: 'set-c', name: 'Review' }];
    const busy = { ...quiet, newerSuccesses: [a], newerFailures: [b], running };
    const scanned = { failureCode: 'CLIENT_ERROR', changes: [withCodes('SCAN_ERROR')] };

    test.each([
      ['a running one', { running }, 'A change set runs on the same entities: set-c (Review).'],
      [
        'a newer failure that covers it',
        { newerFailures: [b] },
        'Newer change sets on the same entities have failed: set-b, which carries the same changes.',
      ],
      [
        'a newer success',
        { newerSuccesses: [a] },
        'Newer change sets on the same entities have succeeded: set-a (Fix), which carries the same changes.',
      ],
      [
        'work of others',
        { externalChanges: [{ entityId: 'prod-abc', revision: '5', at: endTime }] },
        `Somebody else changed these entities since: prod-abc (revision 5, ${endTime}).`,
      ],
      [
        'all at once',
        busy,
        'Newer change sets on the same entities have succeeded: set-a (Fix), which carries the same changes. ' +
          'Newer change sets on the same entities have failed: set-b, which carries the same changes. ' +
          'A change set runs on the same entities: set-c (Review).',
      ],
    ])('an error of the contents is asked at once, with what else happened: %s', (_, found, text) => {
      const decision = decide(facts({ ...scanned, concurrentChanges: { ...quiet, ...found } }));
      const sentence = `AWS gives CLIENT_ERROR with SCAN_ERROR. ${text}`;
      expect(decision).toEqual({ row: 11, act: 'operator', sentence });
    });

    test('where nothing else happened, the text says nothing of it', () => {
      expect(decide(facts(scanned)).sentence).toBe('AWS gives CLIENT_ERROR with SCAN_ERROR.');
    });

    test('a validation is reported, whatever runs, failed or succeeded since', () => {
      const decision = decide(facts({ intent: 'VALIDATE', concurrentChanges: busy }));
      expect(decision).toMatchObject({ row: 5, act: 'end', end: 'reported' });
    });

    test.each([
      ['a protected class', { changes: [change('AmiProduct@1.0', 'RestrictDeliveryOptions')] }, 6],
      ['an old failure', { endTime: '2020-01-01T00:00:00Z' }, 7],
    ])('%s is asked at once', (_, values, row) => {
      const decision = decide(facts({ ...values, concurrentChanges: { ...quiet, running } }));
      expect(decision).toMatchObject({ row, act: 'operator', sentence: expect.stringContaining('set-c') as string });
    });

    test('a fault of AWS’s own after the last automatic attempt is asked at once', () => {
      const found = { concurrentChanges: { ...quiet, running } };
      expect(decide(facts(found, { automaticSubmits: 6 }))).toMatchObject({ row: 8, act: 'operator' });
      expect(decide(facts(found, { automaticSubmits: 5 }))).toMatchObject({ row: 4, act: 'awaitBlocker' });
    });

    test('what an operator wants submitted waits for what runs, whatever the later rows say', () => {
      const given = { ...scanned, concurrentChanges: { ...quiet, running } };
      expect(decide(facts(given, { submitDue: true }))).toMatchObject({ row: 4, act: 'awaitBlocker' });
    });

    test('in a past that a backfill reads, only the newest failed edit is asked', () => {
      const old = { ...scanned, endTime: '2020-01-01T00:00:00Z' };
      const foundBy = { backfillId: 'backfill', act: 'propose' } as const;
      const covered = facts({ ...old, concurrentChanges: { ...quiet, newerFailures: [b], running } }, { foundBy });
      expect(decide(covered)).toMatchObject({ row: 3, act: 'end', end: 'superseded' });
      const other = { ...b, coverage: 'leaves' as const };
      const left = facts({ ...old, concurrentChanges: { ...quiet, newerFailures: [other], running } }, { foundBy });
      expect(decide(left)).toMatchObject({ row: 7, act: 'operator' });
    });

    test('three are named, of any length; the others are counted', () => {
      const many = Array.from({ length: 9 }, (_, index) => ({
        ...b,
        changeSetId: `set-${index}`,
        name: 'x'.repeat(500),
      }));
      const { sentence } = decide(facts({ ...scanned, concurrentChanges: { ...quiet, newerFailures: many } }));
      expect(sentence).toMatch(/set-0 .*set-1 .*set-2 .*; and 6 more\.$/);
      expect(sentence.length).toBeLessThan(700);
    });

    test('for any facts: rows 2 to 4 decide only where rows 8 and 9 would submit, or a submit is due; what is asked names what runs', () => {
      const other = fc.record({
        changeSetId: fc.constantFrom('set-1', 'set-2', 'set-3'),
        coverage: fc.constantFrom('same', 'replaced', 'leaves', 'unknown' as const),
      });
      const some = fc.array(other, { maxLength: 2 });
      const anyChange = fc.record({
        changeType: fc.constantFrom(
          'UpdateInformation',
          'UpdateInformation',
          'CreateProduct',
          'UpdateVisibility',
          'Odd',
        ),
        entityType: fc.constant('SaaSProduct@1.0'),
        errors: fc.array(fc.record({ code: fc.constantFrom('ASSET_NOT_FOUND', 'SCAN_ERROR'), message: fc.string() }), {
          maxLength: 1,
        }),
        stale: fc.array(fc.constant('a date has passed'), { maxLength: 1 }),
      });
      const anyFacts = fc.record({
        intent: fc.constantFrom('APPLY', 'APPLY', 'VALIDATE'),
        failureCode: fc.constantFrom('SERVER_FAULT', 'CLIENT_ERROR'),
        endTime: fc.constantFrom(endTime, endTime, '2020-01-01T00:00:00Z'),
        changes: fc.array(anyChange, { minLength: 1, maxLength: 2 }),
        found: fc.record({ newerSuccesses: some, newerFailures: some, running: some }),
        automaticSubmits: fc.nat({ max: 7 }),
        spreadingRepeated: fc.boolean(),
        submitDue: fc.boolean(),
      });
      const seen = new Set<number>();
      fc.assert(
        fc.property(anyFacts, ({ found, automaticSubmits, spreadingRepeated, submitDue, ...values }) => {
          const rest = { automaticSubmits, spreadingRepeated };
          const alone = decide(facts({ ...values, concurrentChanges: quiet }, rest));
          const decision = decide(
            facts({ ...values, concurrentChanges: { ...quiet, ...found } }, { ...rest, submitDue }),
          );
          const others = Object.values(found).flat();
          const binds = alone.row !== 5 && (alone.act === 'retry' || submitDue) && others.length > 0;
          expect([2, 3, 4].includes(decision.row)).toBe(binds);
          expect(binds || (decision.row === alone.row && decision.act === alone.act)).toBe(true);
          const asked = !binds && decision.act === 'operator';
          const unnamed = others.filter(({ changeSetId }) => asked && !decision.sentence.includes(changeSetId));
          expect(unnamed).toEqual([]);
          seen.add(decision.row);
        }),
        { numRuns: 10_000 },
      );
      expect([...seen].toSorted((one, two) => one - two)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });
  });

  test('nothing is submitted again but a SERVER_FAULT without codes, all of class set, fresh and known', () => {
    const anyChange = fc.record({
      changeType: fc.constantFrom('UpdateInformation', 'CreateOffer', 'RestrictRegions', 'Teleport'),
      entityType: fc.constantFrom('SaaSProduct@1.0', 'Offer@1.0', 'Experience@1.0', 'Starship'),
      errors: fc.array(fc.record({ code: fc.constantFrom('INVALID_INPUT', 'ASSET_NOT_FOUND'), message: fc.string() }), {
        maxLength: 2,
      }),
      stale: fc.array(fc.string(), { maxLength: 1 }),
    });
    const anyDiagnosis = fc.record({
      status: fc.constantFrom('FAILED', 'SUCCEEDED', 'APPLYING', 'ODD'),
      intent: fc.constantFrom('APPLY', 'VALIDATE'),
      failureCode: fc.constantFrom('SERVER_FAULT', 'CLIENT_ERROR', 'ODD'),
      endTime: fc.constantFrom(endTime, '2020-01-01T00:00:00Z', ''),
      changes: fc.array(anyChange, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(anyDiagnosis, fc.nat({ max: 8 }), fc.boolean(), (values, automaticSubmits, foreignMarker) => {
        const onlySets = values.changes.every(({ changeType, entityType }) => {
          const classes = knowledgeOf(entityType, changeType)?.classes;
          return classes?.length === 1 && classes[0] === 'set';
        });
        // The check for partial effects says nothing only where a repeat can apply nothing twice.
        const created = { found: 'something', evidence: 'an offer' } as const;
        const concurrentChanges = onlySets ? quiet : { ...quiet, created };
        const decision = decide(facts({ ...values, concurrentChanges }, { automaticSubmits, foreignMarker }));
        const harmless =
          values.status === 'FAILED' &&
          values.intent === 'APPLY' &&
          values.failureCode === 'SERVER_FAULT' &&
          values.endTime === endTime &&
          values.changes.length > 0 &&
          onlySets &&
          values.changes.every(({ errors, stale }) => errors.length + stale.length === 0);
        expect(decision.act === 'retry').toBe(harmless && automaticSubmits < 6 && !foreignMarker);
        expect(decision.sentence).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});
