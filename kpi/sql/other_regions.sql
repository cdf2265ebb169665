-- Question:   how many records of a baseline are not of its region?
-- Grain:      one row
-- Parameters: $baseline, $region
-- Reads:      observation
select count(*) as records
from observation
where baseline = $baseline and region <> $region
