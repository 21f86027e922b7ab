import { useSyncExternalStore } from 'react';
import type { Language } from '../texts/texts.ts';

export type Theme = 'system' | 'light' | 'dark';

/** What a browser keeps of how its person likes the console: nothing that opens anything. */
interface Preferences {
  theme: Theme;
  language: Language;
}

const key = 'pannier.preferences';
const listeners = new Set<() => void>();
let preferences = read();

function read(): Preferences {
  const inBrowser: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
  const fallback: Preferences = { theme: 'system', language: inBrowser };
  try {
    const { theme, language } = JSON.parse(localStorage.getItem(key) ?? '{}');
    return {
      theme: ['light', 'dark', 'system'].includes(theme) ? theme : fallback.theme,
      language: ['en', 'zh'].includes(language) ? language : fallback.language,
    };
  } catch {
    return fallback;
  }
}

/** Before the first thing is drawn, and after every change. */
export function applyPreferences(): void {
  const { theme, language } = preferences;
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  root.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export function setPreferences(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  applyPreferences();
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => preferences,
  );
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/** The theme that is shown: charts are drawn in its colours. */
export function useShownTheme(): 'light' | 'dark' {
  const { theme } = usePreferences();
  const isSystemDark = useSyncExternalStore(
    (listener) => {
      dark.addEventListener('change', listener);
      return () => dark.removeEventListener('change', listener);
    },
    () => dark.matches,
  );
  if (theme !== 'system') return theme;
  return isSystemDark ? 'dark' : 'light';
}
