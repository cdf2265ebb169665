-- Question:   where do some values stand among the peers of the factories that report them, and what are these peers'
--             mean and lines?
-- Grain:      one row per asked value with at least one peer, by its number
-- Parameters: $baseline, $first and $last: numbers of cells, between which all that are asked about lie; $shares (a
--             list, 0..1) at which lines are asked for
-- Reads:      candidate (number, factory, cell, value) and own_enterprise (factory, enterprise, sibling), bound by the
--             caller: the second has the enterprises that are no peers of a factory, itself and those of its group
--             peer_record
-- Units:      n peers, of whom so many are worse and so many tied; chosen_ the same of one record a group, which was
--             chosen before there were data. Mean and lines (quantiles of type 7, in the order of $shares) are in
--             the KPI's unit, whatever the asked value is; mean_place is the share of the peers at or below the mean.
with

peer as materialized (
    select number, a.value as asked, r.value, chosen
    from candidate a
    join peer_record r using (cell)
    anti join own_enterprise using (factory, enterprise)
    where baseline = $baseline and cell between $first and $last
),

-- Three peers at 0.1 sum to 0.30000000000000004: without rounding their mean would be above all of them.
counted as (
    select number,
           count(*) as n,
           count_if(value < asked) as worse,
           count_if(value = asked) as tied,
           count_if(chosen) as chosen_n,
           count_if(chosen and value < asked) as chosen_worse,
           count_if(chosen and value = asked) as chosen_tied,
           round(favg(value), 12) as mean,
           quantile_cont(value, $shares) as lines
    from peer
    group by number
),

at_mean as (
    select number, avg((value <= mean)::int) as mean_place
    from peer
    join counted using (number)
    group by number
)

select *
from counted
join at_mean using (number)
order by number
