import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { auditTexts } from '../../../src/console/pages/settings/audit-texts.ts';
import { texts } from '../../../src/console/pages/settings/texts.ts';
import { projectPath } from '../../../src/project.ts';

/** What the database notes of changes: each subject, and the columns that entries of it keep. */
const noted = Array.from(
  readFileSync(projectPath('migrations/schema.sql'), 'utf8').matchAll(
    /EXECUTE FUNCTION note_change\('([a-z-]+)', '([^']*)'/g,
  ),
  ([, subject = '', columns = '']) => ({ subject, columns: columns.split(' ') }),
);

// Would see: a table whose changes are noted from now on, and which the page of the audit calls by its name in the database.
test('the audit’s page has words for all that is noted', () => {
  expect(noted.length).toBeGreaterThan(20);
  for (const language of ['en', 'zh'] as const) {
    const subjects: Record<string, string> = texts[language].subjects;
    const fields: Record<string, string> = auditTexts[language].fields;
    const nameless = noted.flatMap(({ subject, columns }) => [
      ...(subjects[subject] ? [] : [subject]),
      // A mark says that only whether there is one is noted.
      ...columns.map((column) => column.replace('?', '')).filter((column) => !fields[column]),
    ]);
    expect([language, [...new Set(nameless)]]).toEqual([language, []]);
  }
});
