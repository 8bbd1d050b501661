import { listQuery, quoted } from '../../src/delivery/workflows.ts';

describe('listQuery', () => {
  it('asks for what runs on the task queue of the workflows, without the permits of submits', () => {
    expect(listQuery({})).toBe('TaskQueue="steward" AND ExecutionStatus="Running" AND WorkflowType!="submitPermits"');
  });

  it('joins every condition', () => {
    const filter = { state: 'retrying', account: '111122223333', attention: true, type: 't', closed: true } as const;
    expect(listQuery(filter)).toBe(
      'TaskQueue="steward" AND ExecutionStatus!="Running" AND WorkflowType="t" AND StewardState="retrying" AND ' +
        'StewardAccount="111122223333" AND StewardAttention=true',
    );
  });

  it('asks for those whose task fails among those that need an operator, where they run', () => {
    expect(listQuery({ attention: true })).toBe(
      'TaskQueue="steward" AND ExecutionStatus="Running" AND ' +
        '(StewardAttention=true OR TemporalReportedProblems IS NOT NULL)',
    );
  });

  it('keeps a value from changing the query', () => {
    expect(quoted('x" OR StewardAttention=true OR StewardState="\\')).toBe(
      '"x\\" OR StewardAttention=true OR StewardState=\\"\\\\"',
    );
  });
});
