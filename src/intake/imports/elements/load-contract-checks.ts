import type { ContractChecks } from './contract-check.ts';

let compiled: Promise<ContractChecks> | undefined;

/** Checks by the contract's form, compiled once; the compiler is loaded where it is needed only. */
export function loadContractChecks(): Promise<ContractChecks> {
  compiled ??= import('./contract-check.ts').then(({ createContractChecks }) => createContractChecks());
  return compiled;
}
