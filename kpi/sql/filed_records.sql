-- Question:   what are the records of an enterprise, and of a group, and at which place of their cell do they stand?
-- Grain:      one row per record, under the key of its enterprise, and one more under that of its group if it bears
--             another name
-- Parameters: $baseline
-- Reads:      observation, ladder
-- Units:      place counts from 0, equal values in the order of the credit codes
with

record as materialized (
    select cell, credit_code, own_group, value,
           row_number() over (partition by cell order by value, credit_code) - 1 as place
    from observation
    join ladder using (baseline, region, industry, kpi, basis)
    where baseline = $baseline
),

-- Neighbours in the table are read together, and credit codes of one district all begin alike: their hashes do not.
name as (
    select name, md5_number_upper(name) as key
    from (select credit_code as name from record union select own_group from record)
),

filed as (
    select credit_code as name, * from record
    union all
    select own_group as name, * from record where own_group <> credit_code
)

select key, cell, credit_code, own_group, value, place::integer as place
from filed
join name using (name)
order by key, cell, credit_code
