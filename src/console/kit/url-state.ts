import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

/**
 * A piece of a page's state that is in its address, so that it can be shared and gone back to. What equals the fallback is left out.
 * @returns value, setter, and a setter of several at once ('' takes one out)
 */
export function useUrlState<Value extends string>(
  name: string,
  fallback: Value,
): [Value, (value: Value) => void, (values: Record<string, string>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const setAll = useCallback(
    (values: Record<string, string>) =>
      setParameters(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [key, value] of Object.entries(values)) {
            if (value === '') next.delete(key);
            else next.set(key, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setParameters],
  );
  const set = useCallback(
    (value: Value) => setAll({ [name]: value === fallback ? '' : value }),
    [setAll, name, fallback],
  );
  return [(parameters.get(name) as Value | null) ?? fallback, set, setAll];
}
