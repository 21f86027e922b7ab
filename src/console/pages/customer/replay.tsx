/** Makes the decision again. */
export function Replay(_: { decisionId: string }) {
  return null;
}
