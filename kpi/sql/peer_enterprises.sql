-- Question:   which enterprises does a baseline know, and in which order does one speak for its group?
-- Grain:      one row per enterprise, numbered from 1
-- Parameters: $baseline, $year: the baseline's
-- Reads:      observation
select baseline, (row_number() over (order by sha256(credit_code || $year), credit_code))::integer as enterprise, region,
       industry, credit_code, own_group
from (select distinct baseline, region, industry, credit_code, own_group from observation where baseline = $baseline)
order by enterprise
