-- Question:   which awards are listed, of one enterprise or of all? The list is public.
-- Grain:      one row per award
-- Parameters: $credit_code (null for all)
select credit_code, factory, tier, year, source, body
from awarded
where cast($credit_code as varchar) is null or credit_code = $credit_code
order by year, credit_code, factory
