-- Question:   where do some values stand among the peers of the factories that report them?
-- Grain:      one row per asked value with records in its cell, by its number
-- Parameters: $baseline, $first and $last: numbers of cells, between which all that are asked about lie
-- Reads:      candidate (number, factory, cell, value) and own_enterprise (factory, enterprise, sibling), bound by the
--             caller: the second has the enterprises that are no peers of a factory, itself and, as siblings, those of its group
--             peer_record
-- Units:      counts of records: n peers, of whom so many are worse and so many tied; chosen_ of one record a group, chosen
--             before there were data; sibling_ of the siblings, who are not among these; sibling_chosen_ of one of them
with

everybody as (
    select number, count(*) as n, count_if(r.value < a.value) as worse, count_if(r.value = a.value) as tied
    from candidate a
    join peer_record r using (cell)
    where baseline = $baseline and cell between $first and $last
    group by number
),

-- Few are: most groups have one enterprise, which is chosen.
not_chosen as (
    select number, count(*) as n, count_if(r.value < a.value) as worse, count_if(r.value = a.value) as tied
    from candidate a
    join peer_record r using (cell)
    where baseline = $baseline and cell between $first and $last and not chosen
    group by number
),

own_record as (
    select number, sibling, enterprise, chosen, r.value < a.value as worse, r.value = a.value as tied
    from candidate a
    join own_enterprise using (factory)
    join peer_record r using (cell, enterprise)
    where baseline = $baseline and cell between $first and $last
),

no_peer as (
    select number,
           count(*) as n, count_if(worse) as worse, count_if(tied) as tied,
           count_if(chosen) as chosen_n, count_if(chosen and worse) as chosen_worse, count_if(chosen and tied) as chosen_tied,
           count_if(sibling) as sibling_n, count_if(sibling and worse) as sibling_worse,
           count_if(sibling and tied) as sibling_tied,
           coalesce(arg_min(worse, enterprise) filter (sibling), false)::int as sibling_chosen_worse,
           coalesce(arg_min(tied, enterprise) filter (sibling), false)::int as sibling_chosen_tied
    from own_record
    group by number
)

select number,
       e.n - coalesce(o.n, 0) as n,
       e.worse - coalesce(o.worse, 0) as worse,
       e.tied - coalesce(o.tied, 0) as tied,
       e.n - coalesce(x.n, 0) - coalesce(chosen_n, 0) as chosen_n,
       e.worse - coalesce(x.worse, 0) - coalesce(chosen_worse, 0) as chosen_worse,
       e.tied - coalesce(x.tied, 0) - coalesce(chosen_tied, 0) as chosen_tied,
       coalesce(sibling_n, 0) as sibling_n,
       coalesce(sibling_worse, 0) as sibling_worse,
       coalesce(sibling_tied, 0) as sibling_tied,
       coalesce(sibling_chosen_worse, 0) as sibling_chosen_worse,
       coalesce(sibling_chosen_tied, 0) as sibling_chosen_tied
from everybody e
left join not_chosen x using (number)
left join no_peer o using (number)
order by number
