-- Question:   where do some values stand among the enterprises of their factories' own groups?
-- Grain:      one row per asked value with siblings in its cell, by its number
-- Parameters: $baseline, $first and $last as in peers.sql
-- Reads:      candidate and own_enterprise as in peers.sql; peer_record
-- Units:      counts of records; sibling_chosen_ of the one of them that speaks for all, 1 or 0
select number, count(*) as sibling_n, count_if(r.value < a.value) as sibling_worse,
       count_if(r.value = a.value) as sibling_tied,
       arg_min(r.value < a.value, enterprise)::int as sibling_chosen_worse,
       arg_min(r.value = a.value, enterprise)::int as sibling_chosen_tied
from candidate a
join own_enterprise using (factory)
join peer_record r using (cell, enterprise)
where sibling and baseline = $baseline and cell between $first and $last
group by number
order by number
