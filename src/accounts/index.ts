export { type Accounts, createAccounts } from './accounts.ts';
export { type Role, roles, scopesOf } from './roles.ts';
export { accountsStation } from './station.ts';
export { signInPath } from './users/users.ts';
