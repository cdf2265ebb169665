-- Question:   which flags of a candidate have reviewers set aside, or taken up again?
-- Grain:      one row an act, the earliest first
-- Parameters: $credit_code, $year
select flag, dismissed, note, dismissed_by, dismissed_at
from flag_dismissal
where credit_code = $credit_code and year = $year
order by dismissed_at
