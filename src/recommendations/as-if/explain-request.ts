import type { Logger } from 'pino';
import type { Database } from '../../db/index.ts';
import { invalidField } from '../../errors.ts';
import { getVersion } from '../../versions/index.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import { readCustomerList } from '../learnt/store.ts';
import { type Audience, armOf } from '../lists/audience/audience.ts';
import { drawArm } from '../lists/audience/draw-arm.ts';
import { findAudience, type Requester } from '../lists/audience/find-audience.ts';
import { type Explanation, explainTrace } from '../lists/explain-list.ts';
import { answerTime, optionsOf } from '../lists/list-answers.ts';
import { type ListOptions, rankAndFill } from '../lists/personal-list.ts';
import type { RecommendationRequest } from '../lists/recommendation-request.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import type { ListArm } from '../memory/drawn.ts';
import { packCandidates } from '../memory/packing.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import { readRuleId } from '../rules/rule-id.ts';
import { withoutRule } from './without-rule.ts';

/** What a list is made as if it were so. */
export interface AsIf {
  /** the night's candidates are of this version of collaborative filtering */
  collaborative_version?: number;
  /** these rules were blocked too */
  blocked_rule_ids?: string[];
  /** the person had been drawn so */
  arm?: ListArm;
}

/** Whose list is to be explained, and as if what. */
export interface ExplanationRequest extends Omit<RecommendationRequest, 'placement'> {
  as_if?: AsIf;
}

/** What lists are made with. */
export interface Making {
  db: Database;
  memory: ServingMemory;
  clock: () => Date;
  log: Logger;
}

/**
 * How anybody's list comes about: candidates, drops by rule and the final order. Nothing is logged as shown, and nobody is drawn.
 * @throws PannierError `invalid_request` for an as-if that names what is not there
 */
export async function explainRequest(making: Making, request: ExplanationRequest): Promise<Explanation> {
  const { memory, clock, log } = making;
  const { catalogue } = memory;
  const requester = { customerId: request.customer_id, visitorId: request.visitor_id };
  const found = drawArm(await findAudience(memory, requester, log), memory.listHoldout, request.visitor_id);
  const audience = await suppose(making, found, request.as_if ?? {});
  return explainFor(catalogue, audience, requester, optionsOf(request), answerTime(memory, clock));
}

/** How the list of somebody who was found comes about. */
export function explainFor(
  catalogue: Catalogue,
  audience: Audience,
  { customerId, visitorId }: Requester,
  options: ListOptions,
  now: number,
): Explanation {
  return {
    customer_id: audience.customer?.customerId ?? customerId ?? null,
    visitor_id: visitorId ?? null,
    is_known: audience.customer !== undefined,
    degraded: audience.degraded,
    profiling_allowed: audience.mayBePersonal,
    arm: armOf(audience),
    release_id: audience.release.releaseId,
    ...explainTrace(catalogue, audience.release, rankAndFill(catalogue, audience, options, now), now),
  };
}

async function suppose(making: Making, audience: Audience, asIf: AsIf): Promise<Audience> {
  const { catalogue } = making.memory;
  const { collaborative_version: version, blocked_rule_ids: blocked = [], arm } = asIf;
  const drawn: Audience = arm === undefined || !audience.mayBePersonal ? audience : { ...audience, supposedArm: arm };
  const others = version === undefined ? drawn : await withVersion(making, drawn, version);
  return { ...others, release: blocked.reduce((release, id) => blockedIn(catalogue, release, id), others.release) };
}

function blockedIn(catalogue: Catalogue, release: ServedRelease, ruleId: string): ServedRelease {
  const keys = readRuleId(ruleId);
  if (!keys) throw invalidField('/as_if/blocked_rule_ids', `names ${ruleId}, which no rule can have as its id`);
  return withoutRule(catalogue, release, keys);
}

/** The customer's candidates are of that version; what has happened since it was learnt is folded in by what is served. */
async function withVersion({ db, memory }: Making, audience: Audience, number: number): Promise<Audience> {
  const { customer, release } = audience;
  const { asOf, version } = await getVersion(db, 'collaborative-filtering', number).catch(() => {
    throw invalidField('/as_if/collaborative_version', 'is not a version of collaborative filtering');
  });
  if (!customer || !audience.mayBePersonal) return audience;
  const list = await readCustomerList(db, version, customer.customerKey);
  return {
    ...audience,
    customer: { ...customer, candidates: list && packCandidates(memory.catalogue, list) },
    release: { ...release, collaborative: release.collaborative && { ...release.collaborative, version, asOf } },
  };
}
