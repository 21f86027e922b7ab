import '../../shared/goods/goods.css';
import './associations.css';
import { get, useGet } from '../../api/index.ts';
import { Empty, Loaded, Page, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { BlockDialog } from './block-dialog.tsx';
import { Blocks } from './blocks.tsx';
import { Filters } from './filters.tsx';
import { RuleDrawer } from './rule-drawer.tsx';
import { RuleGraph } from './rule-graph.tsx';
import { RuleTable } from './rule-table.tsx';
import { mostDrawn, useRuleQuery } from './rules.ts';
import { texts } from './texts.ts';

export default function Associations() {
  const t = useTexts(texts);
  const query = useRuleQuery();
  const drawn = useGet(get('/v1/association-rules', { query: { ...query, limit: mostDrawn } }));
  const [ruleId, , setAll] = useUrlState('rule', '');
  const [isBlocking] = useUrlState<'' | '1'>('block', '');
  const close = () => setAll({ rule: '', block: '' });
  return (
    <Page title={t.title} purpose={t.purpose}>
      <Blocks />
      <Loaded asked={drawn} height={480}>
        {(rules) =>
          rules.version === null ? (
            <Empty icon="associations" title={t.emptyTitle} text={t.emptyText} command="npx pannier train" />
          ) : (
            <>
              <Filters rules={rules} />
              <RuleGraph rules={rules} source={drawn.source} />
              <RuleTable query={query} />
            </>
          )
        }
      </Loaded>
      {ruleId && !isBlocking && <RuleDrawer ruleId={ruleId} onBlock={() => setAll({ block: '1' })} onClose={close} />}
      {ruleId && isBlocking && <BlockDialog ruleId={ruleId} onClose={close} />}
    </Page>
  );
}
