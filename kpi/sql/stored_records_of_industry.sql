-- Question:   what are the records of one industry of a baseline, for a question about them that reads "record"?
-- Grain:      one row per value
-- Parameters: $baseline, $industry
-- Reads:      observation
select region, industry, kpi, basis, credit_code, own_group, value
from observation
where baseline = $baseline and industry = $industry
