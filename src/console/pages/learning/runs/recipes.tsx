import { Facts } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';

/** The fields of a recipe by their paths, such as `contexts.season`. */
export function fieldsOf(recipe: unknown, path = ''): [field: string, value: string][] {
  if (recipe === null || typeof recipe !== 'object' || Array.isArray(recipe)) {
    return [[path, typeof recipe === 'string' ? recipe : JSON.stringify(recipe)]];
  }
  return Object.entries(recipe)
    .flatMap(([name, value]) => fieldsOf(value, path ? `${path}.${name}` : name))
    .sort(([one], [other]) => one.localeCompare(other));
}

/** A recipe as it was used, folded until somebody wants to read it. */
export function Recipe({ name, recipe }: { name: string; recipe: unknown }) {
  return (
    <details className="learning-recipe">
      <summary>{name}</summary>
      <Facts facts={fieldsOf(recipe).map(([field, value]) => [field, <code key={field}>{value}</code>])} />
    </details>
  );
}

/** Of all models of a run. */
export function Recipes({ recipes }: { recipes: Record<string, unknown> }) {
  const t = useTexts(texts);
  return (
    <div>
      {Object.entries(recipes).map(([kind, recipe]) => (
        <Recipe key={kind} name={kind in t.kinds ? t.kinds[kind as keyof typeof t.kinds] : kind} recipe={recipe} />
      ))}
    </div>
  );
}
