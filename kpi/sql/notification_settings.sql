-- Question:   how do accounts want to have messages?
-- Grain:      one row per account that has said anything of it
-- Parameters: $accounts
select a.name as account, t.address, t.confirmed, t.digest, t.lang,
       (select array_agg(o.kind order by o.kind) from notification_off o where o.account = a.name) as kinds_off
from account a
left join notification_address t on t.account = a.name
where list_contains($accounts, a.name)
order by a.name
