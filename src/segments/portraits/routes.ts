import type { Estimate } from '../../../models/campaign-effect/index.ts';
import type { Handlers } from '../../http/index.ts';
import type { Segments } from '../segments.ts';
import { type ComparedShare, familyLevel, fewestShown, type PortrayedFigure } from './portrait.ts';
import { flowDays } from './read-portrait.ts';
import type { FigureName } from './store.ts';

const inMoney = new Set<FigureName>(['spend', 'average_order_value', 'expected_revenue']);
const summed = new Set<FigureName>(['orders', 'spend', 'expected_orders', 'expected_revenue']);

/** Answers what a segment's customers are like. */
export function portraitRoutes(
  segments: Pick<Segments, 'portrait'>,
  money: (minor: number) => string,
): Pick<Handlers, 'getSegmentPortrait'> {
  return {
    async getSegmentPortrait({ parameters: { segment_id, against } }) {
      const portrait = await segments.portrait(segment_id, against);
      const { compared, flows } = portrait;
      const toMoves = (moves: typeof flows.from) =>
        moves.map(({ segmentId, customers }) => ({ segment_id: segmentId, customers }));
      return {
        json: {
          segment_id,
          against: against ?? null,
          as_of: portrait.asOf.toISOString(),
          versions: portrait.versions,
          members: portrait.members,
          others: portrait.others,
          why_none: portrait.whyNone,
          comparisons: compared.comparisons,
          family_level: familyLevel,
          fewest_shown: fewestShown,
          horizon_days: portrait.horizonDays,
          figures: compared.figures.map((figure) => toFigure(figure, money)),
          traits: compared.traits.map(({ topic, attribute, value, ofMembers, ofOthers, ...share }) => ({
            topic,
            attribute,
            value,
            of_members: ofMembers,
            of_others: ofOthers,
            ...toShare(share),
          })),
          goods: compared.goods.map(({ itemId, title, category, ofMembers, ofOthers, ...share }) => ({
            item_id: itemId,
            title,
            category: category || null,
            of_members: ofMembers,
            of_others: ofOthers,
            ...toShare(share),
          })),
          flows: {
            days: flowDays,
            since: portrait.movesFrom?.toISOString() ?? null,
            entered: flows.entered,
            newcomers: flows.newcomers,
            left: flows.left,
            gone: flows.gone,
            from: toMoves(flows.from),
            to: toMoves(flows.to),
          },
        },
      };
    },
  };
}

function toShare({ members, share, others, otherShare, expected, ratio, pValue, differs }: ComparedShare) {
  return {
    members,
    share,
    others,
    other_share: otherShare,
    expected,
    index: ratio && toIndex(ratio),
    p_value: pValue,
    differs,
  };
}

/** 100: as often as others. */
function toIndex({ value, low, high }: Estimate) {
  return { value: 100 * value, low: 100 * low, high: 100 * high };
}

function unitOf(figure: FigureName): 'money' | 'days' | 'number' {
  if (inMoney.has(figure)) return 'money';
  return figure === 'recency_days' ? 'days' : 'number';
}

function toFigure(figure: PortrayedFigure, money: (minor: number) => string) {
  const write = (value: number) => (inMoney.has(figure.figure) ? money(Math.round(value)) : value);
  const { value, low, high } = figure.difference;
  return {
    figure: figure.figure,
    unit: unitOf(figure.figure),
    of_members: figure.members,
    of_others: figure.others,
    mean: write(figure.mean),
    other_mean: write(figure.otherMean),
    difference: { value: write(value), low: write(low), high: write(high) },
    total: summed.has(figure.figure) ? write(figure.total) : null,
    above: figure.above,
    p_value: figure.pValue,
    differs: figure.differs,
  };
}
