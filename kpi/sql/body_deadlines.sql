-- Question:   which recommending bodies were given a deadline of their own in a year, or had it taken back? They are public.
-- Grain:      one row per time that a body's was set, the latest first
-- Parameters: $year (null for every year)
select d.year, d.body, d.lists_due, d.reference, d.reason, d.set_by, d.set_at, c.event
from body_deadline d
left join dates_change c
    on c.year = d.year and c.body = d.body and c.set_at = d.set_at
    and not exists (
        select 1 from dates_change l
        where l.year = c.year and l.body = c.body and l.set_at = c.set_at and l.event <> c.event
          and c.event = 'proposed'
    )
where cast($year as bigint) is null or d.year = $year
order by d.set_at desc
