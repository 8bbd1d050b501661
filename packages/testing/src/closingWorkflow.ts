/** Stands in for the workflows of change sets where only their end matters: completes at once. */
export async function changeSetRemediation(): Promise<void> {}
