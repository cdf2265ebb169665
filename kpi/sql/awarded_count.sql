-- Question:   how long is the award list, and how many on it does no final list of our own account for?
-- Grain:      one row
-- Parameters: none
with

latest as (
    select distinct on (credit_code, year) credit_code, year, state
    from step
    order by credit_code, year, taken_at desc
)

select count(*) as listed, count(*) filter (where l.state is distinct from 'listed') as from_elsewhere
from awarded w
left join latest l on l.credit_code = w.credit_code and l.year = w.year
