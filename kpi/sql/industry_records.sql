-- Question:   what are the records of an industry, cell by cell?
-- Grain:      one row per record, by KPI, basis and credit code: sums depend on the order in their last digits
-- Parameters: $baseline, $industry
-- Reads:      observation
-- Units:      own_group is a number: which group is which is all that counts
with

record as not materialized (
    select kpi, basis, credit_code, own_group, value
    from observation
    where baseline = $baseline and industry = $industry
),

numbered as (
    select own_group, row_number() over () as number from (select distinct own_group from record)
)

select number::integer as own_group, value
from record
join numbered using (own_group)
order by kpi, basis, credit_code
