import { TestEnvironment } from 'jest-environment-node';
import { letGoOfStores } from './async-stores.js';

/** A realm and modules of its own for each file, as Jest has it: for those that replace a module, and where coverage is counted. */
export default class Environment extends TestEnvironment {
  async teardown() {
    letGoOfStores();
    await super.teardown();
  }
}
