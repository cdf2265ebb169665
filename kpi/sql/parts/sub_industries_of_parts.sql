-- Question:   which sub-industries does a panel in parts state, of enterprises that have a record?
-- Grain:      one row per enterprise that has one
-- Reads:      part_fact, part_record
select credit_code, any_value(sub_industry) as code
from part_fact
semi join part_record using (credit_code)
where sub_industry is not null
group by credit_code
order by credit_code
