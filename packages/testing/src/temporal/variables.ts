/** Names the environment variable in which the project `server` passes its dev server's address to the test files. */
export const addressVariable = 'STEWARD_TEST_TEMPORAL_ADDRESS';

/** Names the environment variable in which the project `server` passes the folder for histories to the test files. */
export const historiesVariable = 'STEWARD_TEST_HISTORIES';

/** Of the server that tests share. A failing workflow task takes it ten seconds: it reports the second one, not the fifth. */
export const testSettings: readonly string[] = ['system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2'];
