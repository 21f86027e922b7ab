import { useSyncExternalStore } from 'react';

/** An indicator that is shown on Today, as this browser keeps it. */
const key = 'pannier.pins';
const listeners = new Set<() => void>();
let pins = read();

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, 12) : [];
  } catch {
    return [];
  }
}

function set(next: readonly string[]): void {
  pins = next;
  try {
    localStorage.setItem(key, JSON.stringify(next));
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  for (const listener of listeners) listener();
}

/** Indicators saved to Today: which, and how to save one or take it away. */
export function usePins(): { pins: readonly string[]; toggle(indicatorId: string): void } {
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => pins,
  );
  return {
    pins: now,
    toggle: (id) => set(now.includes(id) ? now.filter((one) => one !== id) : [...now, id].slice(-12)),
  };
}
