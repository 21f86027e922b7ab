export { createInstances, type Instances } from './instances.ts';
export { instancesStation } from './station.ts';
