import { Button, IconButton } from '../kit/forms/button.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { setPreferences, type Theme, usePreferences } from './preferences.ts';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const icons = { system: 'screen', light: 'sun', dark: 'moon' } as const;

/** One press goes to the next: as the system, light, dark. */
export function ThemeButton() {
  const t = useTexts(shellTexts);
  const { theme } = usePreferences();
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] as Theme;
  return (
    <IconButton
      icon={icons[theme]}
      label={t.themeIs(t.themes[theme], t.themes[next])}
      onClick={() => setPreferences({ theme: next })}
    />
  );
}

/** The other language in its own words: who cannot read the page finds the way all the same. */
export function LanguageButton() {
  const { language } = usePreferences();
  const [next, name] = language === 'zh' ? (['en', 'English'] as const) : (['zh', '中文'] as const);
  return (
    <Button
      kind="quiet"
      icon="language"
      lang={next === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => setPreferences({ language: next })}
    >
      {name}
    </Button>
  );
}
