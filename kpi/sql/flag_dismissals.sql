-- Question:   which flags of some candidates have reviewers set aside, or taken up again?
-- Grain:      one row an act, the earliest first
-- Parameters: $own (the candidates' credit codes), $year (null: every year)
select credit_code, year, flag, dismissed, note, dismissed_by, dismissed_at
from flag_dismissal
where list_contains($own, credit_code) and (cast($year as bigint) is null or year = $year)
order by dismissed_at
