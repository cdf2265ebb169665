-- Question:   what are the records of an enterprise, and of a group, and at which place of their cell do they stand?
-- Grain:      one row per record, under the key of its enterprise, and one more under that of its group if it bears
--             another name
-- Parameters: $baseline, $first and $last: the numbers of cells
-- Reads:      observation, ladder
-- Units:      place counts from 0, equal values in the order of the credit codes
with

-- Sorted and hashed once each, enterprises are numbers wherever records are sorted.
enterprise as materialized (
    select credit_code, own_group, row_number() over (order by credit_code) as number
    from (select distinct credit_code, own_group from observation where baseline = $baseline)
),

record as materialized (
    select cell, number, value, row_number() over (partition by cell order by value, number) - 1 as place
    from observation
    join ladder using (baseline, region, industry, kpi, basis)
    join enterprise using (credit_code, own_group)
    where baseline = $baseline and cell between $first and $last
),

-- Neighbours in the table are read together, and credit codes of one district all begin alike: their hashes do not.
name as (
    select *, md5_number_upper(credit_code) as key from enterprise
    union all
    select *, md5_number_upper(own_group) as key from enterprise where own_group <> credit_code
)

select key, cell, credit_code, own_group, value, place::integer as place
from record
join name using (number)
order by key, cell, number
