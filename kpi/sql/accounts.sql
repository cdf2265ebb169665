-- Question:   which accounts are there?
-- Grain:      one row an account
select a.name, a.display, a.role, a.password_hash, a.demonstration, a.disabled,
       (select list(s.reach order by s.reach) from account_scope s where s.account = a.name) as scope
from account a
order by a.name
