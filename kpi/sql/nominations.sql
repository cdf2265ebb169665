-- Question:   which factories has a body nominated this year, in which order?
-- Grain:      one row per factory
-- Parameters: $year, $bodies (the caller's scope)
select body, place, credit_code
from nomination
where year = $year and list_contains($bodies, body)
order by body, place
