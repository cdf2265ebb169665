-- Question:   which account has this name, and what is its scope?
-- Grain:      one row, or none
-- Parameters: $name
select a.name, a.display, a.role, a.password_hash, a.demonstration, a.disabled, a.must_change, a.issuer, a.subject, a.created_at,
       (select max(f.set_up_at) from second_factor f where f.account = a.name) as second_factor_at,
       (select array_agg(s.reach order by s.reach) from account_scope s where s.account = $name) as scope,
       (select array_agg(c.credit_code order by c.credit_code) from conflict c where c.reviewer = $name) as barred,
       (select array_agg(d.duty order by d.duty) from enterprise_duty d where d.account = $name) as duties
from account a
where a.name = $name
