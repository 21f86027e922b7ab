/** Whoever writes into it, however deep, throws. Plain data only: nothing in it may contain itself. */
export function deepFreeze<Value>(value: Value): Value {
  // Elements of typed arrays cannot be frozen.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
