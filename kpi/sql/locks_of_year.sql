-- Question:   which enterprises have locked an application of a year, and since when?
-- Grain:      one row per enterprise
-- Parameters: $year
select credit_code, locked_at
from release
where year = $year
order by credit_code
