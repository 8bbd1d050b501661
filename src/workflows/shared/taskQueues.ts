/** The task queue of every workflow and, while one process serves all, of every activity (docs/architecture.md). */
export const stewardTaskQueue = 'steward';
