import type { Examination } from './doctor.ts';

/** As the API and the command line answer it. */
export function examinationJson({ purpose, isReady, findings }: Examination) {
  return {
    purpose,
    is_ready: isReady,
    findings: findings.map(({ key, text, isBlocking, remedy }) => ({ key, text, is_blocking: isBlocking, remedy })),
  };
}
