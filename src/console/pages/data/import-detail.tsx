import { type ReactNode, useState } from 'react';
import { get, useGet } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import {
  Badge,
  type Column,
  Dialog,
  Facts,
  LinkButton,
  Loaded,
  Meter,
  Notice,
  SourceButton,
  Table,
} from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import { type Import, type Report, useImportState } from './import-state.ts';
import { RowsBar } from './rows-bar.tsx';
import { useRuleName } from './rule-name.ts';
import { texts } from './texts.ts';
import { ToldOfFile } from './told-of-file.tsx';

/** One import with its five stages: what was read, found, judged, changed and stored. */
export function ImportDetail({ id, onClose }: { id: string; onClose(): void }) {
  const t = useTexts(texts);
  const [isRunning, setRunning] = useState(true);
  const request = get('/v1/imports/{import_id}', { path: { import_id: id } });
  const asked = useGet(request, { keep: false, every: isRunning && 1_000 });
  if (isRunning && asked.data && asked.data.status !== 'running') setRunning(false);
  return (
    <Dialog isOpen wide onClose={onClose} title={asked.data?.file ?? t.importOf(id)}>
      <Loaded asked={asked} lines={10}>
        {(one) => <Told one={one} source={<SourceButton name={one.file} source={asked.source} />} />}
      </Loaded>
    </Dialog>
  );
}

function Told({ one, source }: { one: Import; source: ReactNode }) {
  const t = useTexts(texts);
  const say = useSaid();
  const format = useFormat();
  const [tone, state] = useImportState()(one);
  const { report } = one;
  return (
    <div className="data-import">
      <div className="row">
        <Badge tone={tone}>{state}</Badge>
        <span className="muted">
          {t.kinds[one.kind]} · {format.moment(one.started_at)}
        </span>
        <span className="data-space" />
        {source}
      </div>
      {!report && (
        <Notice tone={one.status === 'failed' ? 'bad' : 'neutral'}>
          {one.status === 'failed' ? t.failed : t.noReport}
          {one.problem && <span className="data-problem">{one.problem.detail}</span>}
        </Notice>
      )}
      {one.progress && <Progress progress={one.progress} />}
      {report && <Conserved rows={report.rows} />}
      {report?.warnings?.map(({ warning, message }) => (
        <Notice key={warning} tone="warn" title={t.warnings}>
          {say(message)}
        </Notice>
      ))}
      {report?.understanding && <ToldOfFile left={report.understanding.left_out} notes={report.understanding.notes} />}
      {report && <Stages report={report} />}
      {report?.unreadable && report.unreadable.length > 0 && <Unreadable values={report.unreadable} />}
      {report && report.rows.quarantined > 0 && (
        <div>
          <LinkButton href="/data?view=quarantine" icon="right">
            {t.seeQuarantine}
          </LinkButton>
        </div>
      )}
    </div>
  );
}

function Progress({ progress }: { progress: NonNullable<Import['progress']> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { stage, rows, bytes_read: read, bytes_total: total } = progress;
  return <Meter label={t.stages[stage]} value={total > 0 ? read / total : 0} text={t.rowsSoFar(format.count(rows))} />;
}

function Conserved({ rows }: { rows: Report['rows'] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { in: all, facts, quarantined, merged, refused = 0 } = rows;
  const isWhole = all === facts + quarantined + merged + refused;
  return (
    <div className="stack">
      <p className="row">
        <Badge tone={isWhole ? 'good' : 'bad'} icon={isWhole ? 'check' : 'bad'}>
          {isWhole ? t.conserved : t.notConserved}
        </Badge>
        <span>
          {refused > 0
            ? t.equationRefused(format.count(refused))
            : t.equation(format.count(all), format.count(facts), format.count(quarantined), format.count(merged))}
        </span>
      </p>
      <RowsBar rows={rows} />
    </div>
  );
}

const qualities = ['completeness', 'uniqueness', 'validity', 'consistency', 'timeliness'] as const;

function Stages({ report }: { report: Report }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { lines, assessment } = report;
  const moment = (time: string | null) => (time === null ? nothing : format.moment(time));
  return (
    <ol className="data-stages">
      <Stage name="prepare">
        <Facts
          facts={[
            ...(lines
              ? ([
                  [t.lines, format.count(lines.counted)],
                  [t.header, format.count(lines.header)],
                  [t.empty, format.count(lines.empty)],
                  [t.withinQuotes, format.count(lines.within_quotes)],
                ] as const)
              : []),
            [t.dataFrom, moment(report.data_from)],
            [t.dataUntil, moment(report.data_until)],
          ]}
        />
      </Stage>
      <Stage name="detect">
        <ByRule counts={report.detected} />
      </Stage>
      <Stage name="assess">
        <div className="stack">
          <span className="data-badge">
            <Badge tone={assessment.passed ? 'good' : 'bad'}>{assessment.passed ? t.passed : t.notPassed}</Badge>
          </span>
          {qualities.map((quality) => (
            <span key={quality} title={t.qualityMeanings[quality]}>
              <Meter
                label={t.qualities[quality]}
                value={assessment[quality]}
                text={format.number(assessment[quality], 3)}
                tone={assessment[quality] >= 0.95 ? 'good' : 'warn'}
              />
            </span>
          ))}
        </div>
      </Stage>
      <Stage name="correct">
        <ByRule counts={report.corrected} />
      </Stage>
      <Stage name="output">
        <ByRule counts={report.output} />
      </Stage>
    </ol>
  );
}

function Stage({
  name,
  children,
}: {
  name: 'prepare' | 'detect' | 'assess' | 'correct' | 'output';
  children: ReactNode;
}) {
  const t = useTexts(texts);
  return (
    <li className="data-stage">
      <h3>{t.stages[name]}</h3>
      <p className="panel-note">{t.stageNotes[name]}</p>
      {children}
    </li>
  );
}

function ByRule({ counts }: { counts: Record<string, number> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useRuleName();
  const told = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
  if (told.length === 0) return <p className="muted">{t.nothingFound}</p>;
  return <Facts facts={told.map(([rule, count]) => [nameOf(rule), format.count(count)])} />;
}

type Unread = NonNullable<Report['unreadable']>[number];

function Unreadable({ values }: { values: readonly Unread[] }) {
  const say = useSaid();
  const t = useTexts(texts);
  const columns: Column<Unread>[] = [
    { key: 'row', header: t.row, align: 'end', cell: ({ row }) => row, value: ({ row }) => row },
    { key: 'field', header: t.field, cell: ({ field }) => <code>{field}</code>, value: ({ field }) => field },
    { key: 'value', header: t.value, cell: ({ value }) => <code>{value}</code>, value: ({ value }) => value },
    {
      key: 'expected',
      header: t.expected,
      cell: ({ expected }) => say(expected) || nothing,
      value: ({ expected }) => expected ?? null,
    },
  ];
  return (
    <section className="stack">
      <h3>{t.unreadable}</h3>
      <Table
        caption={t.unreadable}
        rows={{ rows: values }}
        columns={columns}
        rowKey={({ row, field }) => `${row} ${field}`}
        fileName="unreadable"
      />
    </section>
  );
}
