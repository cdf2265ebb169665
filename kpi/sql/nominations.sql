-- Question:   which factories has a body put forward this year, in which order?
-- Grain:      one row a factory
-- Parameters: $year, $bodies (the asker's scope)
select body, place, credit_code
from nomination
where year = $year and list_contains($bodies, body)
order by body, place
