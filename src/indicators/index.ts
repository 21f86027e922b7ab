export { creditWindowDays } from './attribution/credit-window.ts';
export { toListReport } from './attribution/report/report-json.ts';
export type { ListReportQuestion } from './attribution/report/report-lists.ts';
export { touchRules } from './attribution/report/touch-rule.ts';
export type { Definition, IndicatorClass, Text } from './definitions/definition.ts';
export {
  definitions,
  describeDefinition,
  dimensionsOf,
  findDefinition,
  grainsOf,
  isInAll,
  termsOf,
} from './definitions/definitions.ts';
export { needs } from './definitions/needs.ts';
export { createIndicators, type Indicators } from './indicators.ts';
export { families } from './roll-ups/families.ts';
export type { Dimension } from './roll-ups/family.ts';
export { indicatorsStation } from './station.ts';
export type { IndicatorValue, IndicatorValues, ValueQuestion } from './values/values.ts';
