-- Question:   how many enterprises of the register does a baseline hold, by district and size, as it was when it was frozen?
-- Grain:      one row per industry, district and size
-- Parameters: $baseline
select industry, district, size, registered, included
from baseline_coverage
where baseline = $baseline
order by industry, district, size
