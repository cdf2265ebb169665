-- Question:   what has been given to show the claims of some factories?
-- Grain:      one row a time that evidence was attached, the earliest first
-- Parameters: $own (the factories' credit codes), $year (null: every year)
select credit_code, year, kind, item, claimed, evidence, upload, attached_by, attached_at
from claim_evidence
where list_contains($own, credit_code) and (cast($year as bigint) is null or year = $year)
order by attached_at
