export { emptyWorkflow } from './emptyWorkflow.ts';
export { floorWorkflow } from './floorWorkflow.ts';
