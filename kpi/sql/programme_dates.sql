-- Question:   which dates were set for the programme's years? They are public.
-- Grain:      one row per time that a year's dates were set, the latest first
-- Parameters: $year (null for every year)
select d.year, d.opens, d.closes, d.lists_due, d.scores_due, d.publicity_from, d.publicity_to,
       d.reference, d.reason, d.set_by, d.set_at, c.event
from programme_dates d
left join dates_change c
    on c.year = d.year and c.body = '' and c.set_at = d.set_at
    and not exists (
        select 1 from dates_change l
        where l.year = c.year and l.body = '' and l.set_at = c.set_at and l.event <> c.event and c.event = 'proposed'
    )
where cast($year as bigint) is null or d.year = $year
order by d.set_at desc
