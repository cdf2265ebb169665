-- Question:   whose values were changed or tried so often that it may be probing?
-- Grain:      one row per factory with more than $most different texts of one KPI since $since, or more than
--             $most_what_ifs different what-ifs, of all its years together; the most first
-- Parameters: $since, $most, $most_what_ifs
-- Units:      year is the one last changed or tried
with

changed as (
    select credit_code, item, count(distinct becomes) + 1 as different,
           list(distinct changed_by) as accounts, max(changed_at) as last_at, arg_max(year, changed_at) as year
    from worksheet_change
    where changed_at >= $since and item like 'K%' and field in ('value', 'before', 'after')
    group by credit_code, item
    having count(distinct becomes) + 1 > $most
),

tried as (
    select credit_code, count(distinct (year, sha256)) as different,
           list(distinct account) as accounts, max(asked_at) as last_at, arg_max(year, asked_at) as year
    from asked
    where asked_at >= $since and kind = 'what_if'
    group by credit_code
    having count(distinct (year, sha256)) > $most_what_ifs
)

select credit_code, max(year) as year, false as what_if, max(different)::integer as different,
       list_sort(list_distinct(flatten(list(accounts)))) as accounts, max(last_at) as last_at
from changed
group by credit_code
union all
select credit_code, year, true, different::integer, list_sort(accounts), last_at
from tried
order by different desc, credit_code, year, what_if
