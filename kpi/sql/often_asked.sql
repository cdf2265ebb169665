-- Question:   whose values were changed or tried so often that it may be probing?
-- Grain:      one row per factory with more than $most different texts of one KPI since $since, or more than
--             $most_what_ifs different what-ifs, of all its years together; the most first
-- Parameters: $since, $most, $most_what_ifs
-- Units:      year is the one last changed or tried
with

change as (
    select credit_code, item, year, becomes, changed_by as account, changed_at as moment
    from worksheet_change
    where changed_at >= $since and item like 'K%' and field in ('value', 'before', 'after')
),

changed as (
    select credit_code, item, count(distinct becomes) + 1 as different, max(moment) as last_at,
           (array_agg(year order by moment desc, year desc))[1] as year
    from change
    group by credit_code, item
    having count(distinct becomes) + 1 > $most
),

changing as (
    select credit_code, array_agg(distinct account order by account) as accounts
    from change
    join changed using (credit_code, item)
    group by credit_code
),

tried as (
    select credit_code, count(distinct (year, sha256)) as different,
           array_agg(distinct account order by account) as accounts, max(asked_at) as last_at,
           (array_agg(year order by asked_at desc, year desc))[1] as year
    from asked
    where asked_at >= $since and kind = 'what_if'
    group by credit_code
    having count(distinct (year, sha256)) > $most_what_ifs
),

probing as (
    select credit_code, max(c.year) as year, false as what_if, cast(max(different) as integer) as different,
           accounts, max(last_at) as last_at
    from changed c
    join changing using (credit_code)
    group by credit_code, accounts
    union all
    select credit_code, year, true as what_if, cast(different as integer) as different, accounts, last_at
    from tried
)

select * from probing
order by different desc, credit_code, year, what_if
