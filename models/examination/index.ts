export {
  type Examination,
  estimateExamination,
  examinationAt,
  leastClicks,
  type PlacedClicks,
  weightsOfPlaces,
} from './estimate-examination.ts';
export { monotoneRates } from './monotone-rates.ts';
