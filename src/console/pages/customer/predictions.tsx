import type { Asked } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Figure, Panel } from '../../kit/index.ts';
import { wordOf } from '../../shared/people/names.ts';
import { peopleTexts } from '../../texts/people.ts';
import { predictionTexts } from '../../texts/predictions.ts';
import { useTexts } from '../../texts/texts.ts';
import type { Profile } from './types.ts';

type Prediction = Profile['predictions'][number];

/** What is likely of what the customer has not declared; without any there is no such panel. */
export function Predictions({ asked }: { asked: Asked<Profile> }) {
  const t = useTexts(predictionTexts);
  const words = useTexts(peopleTexts);
  const predictions = asked.data?.predictions ?? [];
  if (predictions.length === 0) return null;
  return (
    <Panel title={t.title} note={t.note} source={asked.source}>
      <dl className="facts">
        {predictions.map((prediction) => (
          <div className="fact" key={prediction.attribute}>
            <dt>{wordOf(words.attributes, prediction.attribute)}</dt>
            <dd>
              <Likeliest prediction={prediction} source={asked.source} />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Likeliest({ prediction, source }: { prediction: Prediction; source: Asked<Profile>['source'] }) {
  const t = useTexts(predictionTexts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const { attribute, probabilities, reasons, as_of } = prediction;
  const [likeliest] = probabilities;
  if (!likeliest) return null;
  const values = probabilities.map(({ value, probability }) => [value, format.percent(probability, 0)] as const);
  const evidence = reasons.map(({ feature, weight }) => [feature, weight < 0 ? t.against : t.speaksFor] as const);
  return (
    <Figure
      about={{
        name: `${wordOf(words.attributes, attribute)}: ${likeliest.value}`,
        definition: t.definition,
        parts: [...values, ...evidence],
        source: { ...source, asOf: as_of },
      }}
    >
      {likeliest.value}
      <span className="muted"> {t.predicted(format.percent(likeliest.probability, 0))}</span>
    </Figure>
  );
}
