-- The placing of kpi/sql/placed_records.sql in Spark's own SQL, as an independent check: no join of
-- counts along the values, all of it by windows.
with

peer as (
    select cell, credit_code, own_group, value
    from observation
    join wanted using (region, industry, kpi, basis)
),

shared as (
    select distinct cell, own_group from peer where own_group <> credit_code
),

member as (
    select cell, credit_code, value,
           rank() over in_group - 1 as own_worse,
           count(*) over in_group - rank() over in_group as own_tied,
           count(*) over (partition by cell, own_group) - 1 as own_others,
           row_number() over by_hash = 1 as chosen,
           first_value(value) over by_hash as own_chosen
    from peer
    left semi join shared using (cell, own_group)
    window in_group as (partition by cell, own_group order by value),
           by_hash as (partition by cell, own_group order by sha2(concat(credit_code, '{year}'), 256), credit_code)
),

record as (
    select cell, credit_code, value, 0 as own_worse, 0 as own_tied, 0 as own_others, true as chosen, value as own_chosen
    from peer
    left anti join shared using (cell, own_group)
    union all
    select * from member
),

ranked as (
    select *,
           rank() over up_to - 1 as below,
           count(*) over up_to as upto,
           count_if(chosen) over up_to - count_if(chosen) over equal as chosen_below,
           count_if(chosen) over up_to as chosen_upto,
           count(*) over (partition by cell) as records,
           count_if(chosen) over (partition by cell) as groups
    from record
    window up_to as (partition by cell order by value), equal as (partition by cell, value)
)

select cell, credit_code, value,
       below - own_worse as worse,
       upto - below - 1 - own_tied as tied,
       records - 1 - own_others as n,
       groups - 1 as groups,
       chosen_below - if(own_chosen < value, 1, 0) as groups_worse,
       chosen_upto - if(own_chosen <= value, 1, 0) as groups_not_better
from ranked
order by cell, credit_code
