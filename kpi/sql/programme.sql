-- Question:   awards so far and nominations this year of each recommending body
-- Grain:      one row per body with either
-- Parameters: $year
with

nominated as (
    select body, count(*) as nominated from nomination where year = $year group by body
)

select coalesce(a.body, n.body) as body, coalesce(a.count, 0)::bigint as awarded, coalesce(n.nominated, 0)::bigint as nominated
from award a
full join nominated n on n.body = a.body
order by body
