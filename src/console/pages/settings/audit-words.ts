import { useSession } from '../../app/session.tsx';
import { nothing, useFormat } from '../../format/index.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { auditTexts } from './audit-texts.ts';

/** Shares that people read in percent. */
const shares = new Set(['control_share', 'exploration_share', 'false_alarm_rate', 'share']);

/** Fields and values of an entry as people say them: times in the shop's zone, money in its currency, shares in percent. */
export function useAuditWords() {
  const t = useTexts(auditTexts);
  const language = useLanguage();
  const format = useFormat();
  const { shop } = useSession();
  const fieldOf = (field: string) => (t.fields as Record<string, string>)[field] ?? field.replaceAll('_', ' ');
  const write = (field: string, value: unknown): string => {
    if (value === null || value === undefined) return nothing;
    if (typeof value === 'boolean') return value ? t.yes : t.no;
    if (typeof value === 'number') {
      if (field.endsWith('_minor')) return format.money(String(value / 10 ** shop.minor_digits));
      return shares.has(field) ? format.plainPercent(value) : format.plain(value);
    }
    if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? format.moment(value) : value;
    if (Array.isArray(value)) {
      const between = language === 'zh' ? '、' : ', ';
      return value.length === 0 ? t.none : value.map((one) => write(field, one)).join(between);
    }
    return JSON.stringify(value);
  };
  return { fieldOf, write };
}
