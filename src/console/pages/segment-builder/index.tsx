import './segment-builder.css';
import { Page, Segmented, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { ListBuilder } from './list-builder.tsx';
import { RuleBuilder } from './rule-builder.tsx';
import { texts } from './texts.ts';

type Way = 'rule' | 'list';

/** Makes a segment: by a rule, with counts while one writes it, or of ids that are named. */
export default function SegmentBuilder() {
  const t = useTexts(texts);
  const [as, setAs] = useUrlState<Way>('as', 'rule');
  return (
    <Page
      title={t.title}
      purpose={t.purpose}
      parent={{ label: t.segments, href: '/segments?view=own' }}
      actions={
        <Segmented<Way>
          label={t.as}
          value={as}
          onChange={setAs}
          choices={[
            { value: 'rule', label: t.byRule },
            { value: 'list', label: t.asList },
          ]}
        />
      }
    >
      {as === 'list' ? <ListBuilder /> : <RuleBuilder />}
    </Page>
  );
}
