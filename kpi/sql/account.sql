-- Question:   what account has this name, and whom may it reach?
-- Grain:      one row, or none
-- Parameters: $name
select a.name, a.display, a.role, a.password_hash, a.demonstration, a.disabled,
       (select list(s.reach order by s.reach) from account_scope s where s.account = a.name) as scope
from account a
where a.name = $name
