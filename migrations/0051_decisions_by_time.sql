-- The decisions about a campaign are listed newest first: whose they are is in their answers, so they are walked by time.
create index coupon_decisions_decided_at_decision_id_idx on coupon_decisions (decided_at, decision_id);
