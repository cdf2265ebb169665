-- Question:   how did reviewers rule on the claims of some factories?
-- Grain:      one row a ruling, the earliest first
-- Parameters: $own (the factories' credit codes), $year (null: every year)
select credit_code, year, kind, item, claimed, ruling, reason, ruled_by, ruled_at
from claim_ruling
where list_contains($own, credit_code) and ($year is null or year = $year)
order by ruled_at
