-- Question:   what has an enterprise of the caller's own confirmed about the layout of its files?
-- Grain:      one row per enterprise that has
-- Parameters: $own (credit codes of the caller's own factories)
select credit_code, answers, confirmed_by, confirmed_at
from confirmed_answers
where list_contains($own, credit_code)
order by credit_code
