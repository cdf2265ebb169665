-- Question:   which answer sheets of a year or before are kept?  (to delete their contacts)
-- Grain:      one row per factory and year
-- Parameters: $year
select credit_code, year, sheet
from worksheet
where year <= $year
order by year, credit_code
