import { invalidField } from '../../errors.ts';
import { type LearnerKind, learnerKinds, type RecipeChanges } from '../../training/index.ts';

/**
 * `association-rules.minimumSupport=0.01` as `{ 'association-rules': { minimumSupport: 0.01 } }`; a path that begins with no
 * kind of model is of `standard`.
 * @throws PannierError `invalid_request` naming the setting
 */
export function readSettings(settings: readonly string[], standard?: LearnerKind): RecipeChanges {
  const changes: RecipeChanges = {};
  for (const setting of settings) {
    const [, path = '', text = ''] = /^([\w.-]+)=(.*)$/s.exec(setting) ?? [];
    const names = path.split('.');
    const isNamed = (learnerKinds as readonly string[]).includes(names[0]);
    const kind = isNamed ? (names.shift() as LearnerKind) : standard;
    if (kind === undefined || names.length === 0 || names.includes('')) {
      const form = standard ? 'field=value' : `kind.field=value, kind one of ${learnerKinds.join(', ')}`;
      throw invalidField('--set', `${setting}: write it as ${form}`);
    }
    let at = (changes[kind] ??= {});
    for (const name of names.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>;
    at[names.at(-1)!] = readValue(text);
  }
  return changes;
}

/** JSON where it is such, else text. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
