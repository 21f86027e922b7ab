import { Button, Checkbox, IconButton, TextField } from '../../../kit/index.ts';
import { type CampaignHours, weekdays } from '../../../shared/campaigns/types.ts';
import { campaignTexts } from '../../../texts/campaigns.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';

/** The service takes no more. */
const mostHours = 50;
const fridayEvening: CampaignHours = { weekdays: ['friday'], from: '17:00', until: '24:00' };

/** On which days of the week, and between which times, it holds. */
export function HourFields({ draft, set, fault, timeZone }: FieldsProps) {
  const t = useTexts(texts);
  const { hours } = draft;
  const change = (place: number, next: Partial<CampaignHours>) =>
    set({ hours: hours.map((one, at) => (at === place ? { ...one, ...next } : one)) });
  return (
    <fieldset className="campaign-editor-set">
      <legend className="field-label">{t.hours}</legend>
      {hours.map((one, place) => (
        <Hours
          // biome-ignore lint/suspicious/noArrayIndexKey: hours are their place, all else of them can change
          key={place}
          hours={one}
          place={place}
          fault={(field) => fault(`hours/${place}${field}`)}
          onChange={(next) => change(place, next)}
          onRemove={() => set({ hours: hours.filter((_, at) => at !== place) })}
        />
      ))}
      {hours.length < mostHours && (
        <div>
          <Button small icon="plus" onClick={() => set({ hours: [...hours, fridayEvening] })}>
            {t.addHours}
          </Button>
        </div>
      )}
      <p className="field-hint">{t.hoursHint(timeZone)}</p>
    </fieldset>
  );
}

function Hours({
  hours: { weekdays: days = [...weekdays], from, until },
  place,
  fault,
  onChange,
  onRemove,
}: {
  hours: CampaignHours;
  place: number;
  /** what is wrong with a field of it, or with it as a whole */
  fault(field: string): string | undefined;
  onChange(next: Partial<CampaignHours>): void;
  onRemove(): void;
}) {
  const t = useTexts(texts);
  const words = useTexts(campaignTexts);
  const number = String(place + 1);
  return (
    <div className="stack">
      <div className="campaign-editor-checks">
        {weekdays.map((day) => (
          <Checkbox
            key={day}
            label={words.weekDays[day]}
            checked={days.includes(day)}
            onChange={(isOn) =>
              onChange({ weekdays: weekdays.filter((one) => (one === day ? isOn : days.includes(one))) })
            }
          />
        ))}
      </div>
      <div className="campaign-editor-row">
        <TextField
          label={t.hoursFrom(number)}
          placeholder="17:00"
          value={from}
          error={fault('/from')}
          onChange={(next) => onChange({ from: next })}
        />
        <TextField
          label={t.hoursUntil(number)}
          placeholder="24:00"
          value={until}
          error={fault('/until') ?? fault('/weekdays') ?? fault('')}
          onChange={(next) => onChange({ until: next })}
        />
        <IconButton icon="trash" label={t.removeHours(number)} onClick={onRemove} />
      </div>
    </div>
  );
}
