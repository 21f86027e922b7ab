import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';

/**
 * A piece of a page's state that is in its address, so that it can be shared and gone back to. What equals the fallback is left out.
 * @returns value, setter, and a setter of several at once ('' takes one out)
 */
export function useUrlState<Value extends string>(
  name: string,
  fallback: Value,
): [Value, (value: Value) => void, (values: Record<string, string>) => void] {
  // The router says when it changes; what it gives is decoded half, so that it cannot be read exactly any more.
  useSearch();
  const [, navigate] = useLocation();
  const setAll = useCallback(
    (values: Record<string, string>) => {
      const next = new URLSearchParams(location.search);
      for (const [key, value] of Object.entries(values)) {
        if (value === '') next.delete(key);
        else next.set(key, value);
      }
      navigate(next.size > 0 ? `${location.pathname}?${next}` : location.pathname, { replace: true });
    },
    [navigate],
  );
  const set = useCallback(
    (value: Value) => setAll({ [name]: value === fallback ? '' : value }),
    [setAll, name, fallback],
  );
  return [(new URLSearchParams(location.search).get(name) as Value | null) ?? fallback, set, setAll];
}

/** The id at the end of the address, as it is: of `/items/a%2Fb` it is `a/b`. The router's own would be decoded half. */
export function usePathId(): string {
  useLocation();
  const last = location.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
