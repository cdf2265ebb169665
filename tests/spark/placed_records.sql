-- The placing of kpi/sql/placed_records.sql in Spark's own SQL, as an independent check: no "asof" join, the members of
-- a group that are not its best, or its worst, are counted by windows.
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
           row_number() over (partition by cell, own_group order by value desc, credit_code) = 1 as best,
           row_number() over (partition by cell, own_group order by value, credit_code) = 1 as worst
    from peer
    left semi join shared using (cell, own_group)
    window in_group as (partition by cell, own_group order by value)
),

record as (
    select cell, credit_code, value, 0 as own_worse, 0 as own_tied, 0 as own_others, true as best, true as worst
    from peer
    left anti join shared using (cell, own_group)
    union all
    select * from member
),

ranked as (
    select *,
           rank() over up_to - 1 as below,
           count(*) over up_to as upto,
           count_if(not best) over up_to - count_if(not best) over equal as not_best_below,
           count_if(not worst) over up_to as not_worst_upto,
           count(*) over (partition by cell) as records,
           count_if(best) over (partition by cell) as groups
    from record
    window up_to as (partition by cell order by value), equal as (partition by cell, value)
)

select cell, credit_code, value,
       below - own_worse as worse,
       upto - below - 1 - own_tied as tied,
       records - 1 - own_others as n,
       groups - 1 as groups,
       below - not_best_below as groups_worse,
       upto - not_worst_upto - 1 as groups_not_better
from ranked
order by cell, credit_code
