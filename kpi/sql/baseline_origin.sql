-- Question:   how many of a baseline's enterprises had applied, and were awarded, when it was frozen?
-- Grain:      one row per industry
-- Parameters: $baseline
select industry, enterprises, applied, awarded
from baseline_origin
where baseline = $baseline
order by industry
