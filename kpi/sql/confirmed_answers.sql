-- Question:   what has an enterprise of the asker's own confirmed of its files' layout?
-- Grain:      one row an enterprise that has
-- Parameters: $own (credit codes of the asker's own factories)
select credit_code, answers, confirmed_by, confirmed_at
from confirmed_answers
where list_contains($own, credit_code)
order by credit_code
