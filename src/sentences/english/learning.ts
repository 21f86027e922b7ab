/** What a run, its gate and the models of coupon response say. */
export const learning = {
  'gate.not-valid': 'Not valid: {faults}.',
  'gate.fault-no-order': 'there is no order to mine',
  'gate.fault-few-rules': 'only {rules} rules are left of {before}',
  'gate.fault-cluster-members': 'not every customer is in a cluster',
  'gate.fault-cluster-empty': 'a cluster is empty',
  'gate.fault-inertia': 'the inertia is not a number',
  'gate.too-few-first':
    "Too few customers to judge ({customers}, at least {needed} are needed): released unjudged, because it is the shop's first release.",
  'gate.too-few':
    'Too few customers to judge ({customers}, at least {needed} are needed): what is served stays; a person can publish what was made.',
  'gate.worse-than-popularity': 'The list is worse than popularity: NDCG@10 {mean} [{low}, {high}].',
  'gate.worse-than-published': 'The list is worse than published-recipe: NDCG@10 {mean} [{low}, {high}].',
  'gate.keeps-published':
    "The published recipe is better than tonight's, so it was fitted anew and stays: NDCG@10 {mean} [{low}, {high}].",
  'gate.passed': 'Nothing that it is compared to is significantly better.',
  'run.not-in-spark': 'Spark has nothing that learns {method}: the method is left out of this run.',
  'run.old-data':
    'The data ends {days} days before as_of ({asOf}): all of it counts as long ago, which makes lists worse. Train as of its end: pannier train --as-of {end} (by the API: "as_of": "{end}").',
  'response.no-control':
    'The simple policy stays: the campaign has no control, so it cannot be seen who responded because of it.',
  'response.too-few':
    'The simple policy stays: {treated} customers are treated and {control} control; both must be at least {least}.',
  'response.too-few-outcomes':
    'The simple policy stays: {treated} of the treated and {control} of the control responded; in each arm at least {least} must have, and as many not.',
  'response.used':
    "The uplift model is used: its Qini coefficient of {qini} less the response model's {rival} is {lead} (95 % interval {low} to {high}), beyond chance above zero.",
  'response.used-over-zero':
    'The uplift model is used: its Qini coefficient of {qini} less zero is {lead} (95 % interval {low} to {high}), beyond chance above zero.',
  'response.not-used':
    "The simple policy stays: for the uplift model its Qini coefficient of {qini} less the response model's {rival} is {lead} (95 % interval {low} to {high}), which may be chance.",
  'response.not-used-over-zero':
    'The simple policy stays: for the uplift model its Qini coefficient of {qini} less zero is {lead} (95 % interval {low} to {high}), which may be chance.',
  'use.none-earned': 'Decisions do not use an uplift model: none has earned it.',
  'use.over': 'Decisions do not use an uplift model: the campaign is over.',
  'use.barred':
    'Decisions do not use an uplift model: {attribute}, which it is derived from, is barred from decisions.',
  'use.no-cost':
    'Decisions do not use an uplift model: no cost of anything bought is known, so nobody can say what an order brings.',
  'use.at-least':
    'Decisions use it: a coupon is for whoever is expected to bring at least {money} more, its discount taken off.',
  'use.anything':
    'Decisions use it: a coupon is for whoever is expected to bring anything more, its discount taken off.',
} as const;
