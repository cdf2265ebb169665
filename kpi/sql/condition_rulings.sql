-- Question:   what was decided on the conditions of some factories since they were locked?
-- Grain:      one row a decision, the earliest first; none of an application that is a draft again
-- Parameters: $own (the factories' credit codes)
select r.credit_code, r.year, r.condition, r.outcome, r.reason, r.evidence, r.role, r.ruled_by, r.ruled_at
from condition_ruling r
join release l on l.credit_code = r.credit_code and l.year = r.year and l.locked_at <= r.ruled_at
where list_contains($own, r.credit_code)
order by r.ruled_at
