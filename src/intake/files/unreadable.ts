import { invalidField, type PannierError } from '../../errors.ts';

/** Why a file cannot be read, naming what of it. */
export function unreadable(why: string): PannierError {
  return invalidField('file', `cannot be read: ${why}`);
}

/** What reads such files is optional, and is not installed here. */
export function missingReader(name: string, what: string, library: string): PannierError {
  return unreadable(
    `${name} is ${what}, which the package ${library} reads: npm install ${library}, or save it as CSV`,
  );
}

export function emptyFile(): PannierError {
  return invalidField('file', 'is empty: not even a header');
}
