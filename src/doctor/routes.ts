import { type Handlers, listOf } from '../http/index.ts';
import type { Doctor } from './doctor.ts';
import { examinationJson } from './examination-json.ts';

export function doctorRoutes(doctor: Doctor): Pick<Handlers, 'examineShop'> {
  return {
    async examineShop() {
      const { asOf, examinations } = await doctor.examine();
      return { json: listOf(examinations.map(examinationJson), null, asOf) };
    },
  };
}
