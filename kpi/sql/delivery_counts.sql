-- Question:   how many messages are sent, wait and were given up?
-- Grain:      one row
-- Units:      counts of events for a recipient
select count(sent_at) as sent,
       count(*) filter (where sent_at is null and given_up_at is null) as waiting,
       count(given_up_at) as given_up
from delivery
