-- Question:   which message is to be sent next, of those that are due by now?
-- Grain:      one row per event in it, in the order in which they were due, and happened; none where none is due
-- Parameters: $now
with

due as (
    select delivery.*, raised_at, coalesce(credit_code, '') as credit_code
    from delivery
    left join notification on notification.id = delivery.id
    where sent_at is null and given_up_at is null and due_at <= $now
),

-- All of it: what is marked as sent by its number must have been in it.
next as (
    select batch, channel, recipient from due
    order by due_at, raised_at, id
    limit 1
)

select id, due.channel, due.recipient, kind, page, year, day, due_at, due.batch, attempts, fault, sent_at, given_up_at, credit_code
from due
join next on next.batch = due.batch and next.channel = due.channel and next.recipient = due.recipient
order by due_at, raised_at, id
