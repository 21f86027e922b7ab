import { AsyncLocalStorage } from 'node:async_hooks';

/** Whose doing a change is, for the audit. */
export interface Actor {
  kind: 'key' | 'user' | 'command';
  /** of the key */
  id?: number;
  name?: string;
  /** of the contract */
  operation?: string;
}

const acting = new AsyncLocalStorage<Actor>();
let under = 0;

/**
 * What `work` changes in the database is this actor's doing. Before Node 24 every promise costs more while anybody is known in
 * this way, so that it is for what is done seldom, and over when the last one is.
 */
export async function actingAs<Result>(actor: Actor, work: () => Result | Promise<Result>): Promise<Result> {
  under++;
  try {
    return await acting.run(actor, work);
  } finally {
    if (--under === 0) acting.disable();
  }
}

/** undefined: nobody asked for it but the service itself */
export function currentActor(): Actor | undefined {
  return under === 0 ? undefined : acting.getStore();
}

/** The statement that says to the triggers of this transaction whose doing it is. */
export function statementOf(actor: Actor): string {
  const text = JSON.stringify(actor).replaceAll("'", "''");
  return `set local pannier.actor = ${text.includes('\\') ? ` E'${text.replaceAll('\\', '\\\\')}'` : `'${text}'`}`;
}

/** The same where it is known only within the transaction. */
export async function setActor(tx: { query(text: string): Promise<unknown> }, actor: Actor): Promise<void> {
  await tx.query(statementOf(actor));
}
