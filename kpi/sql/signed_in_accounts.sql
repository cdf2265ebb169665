-- Question:   which accounts are signed in by a password now?
-- Grain:      one row per account, the one that signed in last first
-- Parameters: $now
select a.name as account, a.display, a.role, count(*) as sign_ins, max(s.created_at) as latest
from sign_in s
join account a on a.name = s.account
where not s.ended and not a.disabled and s.created_at <= $now and s.expires_at > $now
group by a.name, a.display, a.role
order by latest desc, a.name
