-- Question:   which messages could not be delivered, or wait since a try failed?
-- Grain:      one row per event, channel and recipient, the latest first
-- Parameters: $most
select id, channel, recipient, kind, page, year, day, due_at, batch, attempts, fault, sent_at, given_up_at
from delivery
where sent_at is null and fault <> ''
order by due_at desc, id
limit $most
