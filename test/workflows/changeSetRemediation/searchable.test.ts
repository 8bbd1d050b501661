import { searchable } from '../../../src/workflows/changeSetRemediation/details.ts';
import { newCase } from '../../../src/workflows/changeSetRemediation/state.ts';
import { account, catalog, diagnosis, originId, setChange } from '@marketplace-steward/testing/changeSets';

test('an entity is found by its id alone, whatever revisions the changes name, and stands there once', () => {
  const { entityId: _entityId, ...creating } = setChange;
  const entityIds = ['prod-abc@4', 'prod-abc@5', 'prod-abc', 'offer-def@1'];
  const changes = [...entityIds.map((entityId) => ({ ...setChange, entityId })), creating];
  const lineage = { ...newCase({ account, catalog, changeSetId: originId }), diagnosis: diagnosis({ changes }) };
  expect(searchable(lineage).entities).toEqual(['prod-abc', 'offer-def']);
});
