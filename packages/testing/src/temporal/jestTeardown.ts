export { stopSharedServer as default } from './jestSetup.ts';
