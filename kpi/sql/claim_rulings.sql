-- Question:   how did reviewers rule on the claims of some factories?
-- Grain:      one row a ruling, the earliest first; withdrawn_at is null unless it was taken back after it was given
-- Parameters: $own (the factories' credit codes), $year (null: every year)
select r.credit_code, r.year, r.kind, r.item, r.claimed, r.ruling, r.reason, r.ruled_by, r.ruled_at,
       min(w.withdrawn_at) as withdrawn_at,
       (array_agg(w.withdrawn_by order by w.withdrawn_at, w.withdrawn_by))[1] as withdrawn_by,
       (array_agg(w.reason order by w.withdrawn_at, w.withdrawn_by))[1] as withdrawal_reason
from claim_ruling r
left join ruling_withdrawal w
    on (w.credit_code, w.year, w.kind, w.item) = (r.credit_code, r.year, r.kind, r.item) and w.withdrawn_at >= r.ruled_at
where list_contains($own, r.credit_code) and (cast($year as bigint) is null or r.year = $year)
group by r.credit_code, r.year, r.kind, r.item, r.claimed, r.ruling, r.reason, r.ruled_by, r.ruled_at
order by r.ruled_at
