import { type Handlers, listOf } from '../../http/index.ts';
import type { Segments } from '../segments.ts';
import type { PredictedAttribute } from './store.ts';

/** Which declared attributes nights learn from behaviour. */
export function predictionRoutes(segments: Segments): Pick<Handlers, 'listPredictedAttributes'> {
  return {
    listPredictedAttributes: async () => ({
      json: listOf((await segments.predictedAttributes()).map(predictedJson)),
    }),
  };
}

function predictedJson(attribute: PredictedAttribute) {
  const { name, trainingRunId, asOf, refusal, declared, labels, labelCustomers, judgement } = attribute;
  return {
    name,
    training_run_id: String(trainingRunId),
    as_of: asOf.toISOString(),
    refusal,
    declared,
    labels: labels.map((value, place) => ({ value, declared: labelCustomers[place] })),
    judgement,
  };
}
