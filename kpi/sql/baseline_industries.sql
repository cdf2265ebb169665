-- Question:   of which industries does a baseline have records?
-- Grain:      one row per industry
-- Parameters: $baseline
-- Reads:      observation
select distinct industry
from observation
where baseline = $baseline
order by industry
