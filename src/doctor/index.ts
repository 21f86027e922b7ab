export { createDoctor, type Doctor } from './doctor.ts';
export { examinationJson } from './examination-json.ts';
export { doctorStation } from './station.ts';
