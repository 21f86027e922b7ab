import { invalidFields } from '../../errors.ts';
import { readOpenApi } from '../../openapi.ts';
import type { PolicyElement } from '../request-elements.ts';

/**
 * Holds a policy of a file to what a request is held to.
 * @throws PannierError `invalid_request` naming every field that has not the form of the contract
 */
export async function requirePolicyForm(element: unknown): Promise<PolicyElement> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const { components } = readOpenApi();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'contract', components });
  const validate = ajv.compile({ $ref: 'contract#/components/schemas/Policy' });
  if (validate(element)) return element as PolicyElement;
  const faults = (validate.errors ?? []).map(({ instancePath, keyword, params, message = '' }) => {
    if (keyword === 'additionalProperties') {
      return { field: `/policy${instancePath}/${params['additionalProperty']}`, message: 'is not a known field' };
    }
    if (keyword === 'required') {
      return { field: `/policy${instancePath}/${params['missingProperty']}`, message: 'must be given' };
    }
    if (keyword === 'enum') {
      return { field: `/policy${instancePath}`, message: `must be one of ${params['allowedValues'].join(', ')}` };
    }
    return { field: `/policy${instancePath}`, message };
  });
  throw invalidFields(faults);
}
