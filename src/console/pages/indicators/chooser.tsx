import { type KeyboardEvent, useState } from 'react';
import { Combobox, TextField, useUrlState } from '../../kit/index.ts';
import type { Indicator } from '../../shared/indicators.ts';
import { indicatorTexts } from '../../texts/indicators.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { firstIndicator } from './first.ts';
import { texts } from './texts.ts';

/** All indicators by what they steer; on narrow screens one field instead of the list. */
export function Chooser({ indicators, chosen }: { indicators: readonly Indicator[]; chosen: Indicator }) {
  const t = useTexts(texts);
  const words = useTexts(indicatorTexts);
  const language = useLanguage();
  const [, choose] = useUrlState<string>('indicator', firstIndicator);
  const [text, setText] = useState('');
  const found = indicators.filter((one) => matches(one, text));
  // One stop for Tab; arrows go through the list, which is longer than anybody tabs.
  const stop = found.includes(chosen) ? chosen : found[0];
  const classes = [...new Set(found.map((one) => one.class))];
  const choice = (one: Indicator) => ({
    value: one.indicator_id,
    label: one.name[language],
    hint: words.classes[one.class],
  });
  return (
    <>
      <div className="chooser-narrow">
        <Combobox
          label={t.indicator}
          placeholder={t.find}
          value={choice(chosen)}
          onChange={(next) => next && choose(next.value)}
          choices={indicators.map(choice)}
        />
      </div>
      <nav className="chooser panel" aria-label={t.indicator}>
        <div className="chooser-find">
          <TextField label={t.find} hideLabel placeholder={t.find} type="search" value={text} onChange={setText} />
        </div>
        {found.length === 0 && <p className="chooser-none muted">{t.none}</p>}
        {classes.map((name) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: its buttons are what is pressed; arrows go from one to the next
          <div className="chooser-class" key={name} onKeyDown={goOn}>
            <p className="chooser-title">{words.classes[name]}</p>
            {found
              .filter((one) => one.class === name)
              .map((one) => (
                <button
                  type="button"
                  className="chooser-item"
                  key={one.indicator_id}
                  tabIndex={one === stop ? 0 : -1}
                  aria-current={one === chosen ? 'true' : undefined}
                  onClick={() => choose(one.indicator_id)}
                >
                  {one.name[language]}
                </button>
              ))}
          </div>
        ))}
      </nav>
    </>
  );
}

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** To the next indicator of the list, or the one before. */
function goOn(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...(event.currentTarget.closest('nav')?.querySelectorAll<HTMLElement>('.chooser-item') ?? [])];
  items[items.indexOf(document.activeElement as HTMLElement) + step]?.focus();
}

/** By name in either language, or by id: who knows one of them finds it. */
function matches({ indicator_id, name }: Indicator, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return [indicator_id, name.en, name.zh].some((one) => one.toLowerCase().includes(wanted));
}
