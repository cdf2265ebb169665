-- Question:   what happened that concerns an account, and how often?
-- Grain:      one row per kind of event, page, year and day, apart for what is read: unread first, then the latest
-- Parameters: $account, $most
-- Units:      counts of events
select kind, page, year, day, seen_at is null as unread, count(*) as count, max(raised_at) as raised_at,
       case when count(*) = 1 then max(credit_code) else '' end as credit_code
from notification
where account = $account
group by kind, page, year, day, seen_at is null
order by unread desc, raised_at desc, kind
limit $most
