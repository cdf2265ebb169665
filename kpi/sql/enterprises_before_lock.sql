-- Question:   which accounts of enterprises have locked no application of a year, or begun one beside it?
-- Grain:      one row per account; begun: of an enterprise that has locked nothing a sheet or a draft of the year is kept
-- Parameters: $year
with own as (
    select a.name as account, s.reach as credit_code
    from account a
    join account_scope s on s.account = a.name
    where a.role = 'enterprise' and not a.disabled
),

begun as (
    select credit_code from worksheet where year = $year
    union
    select credit_code from draft where year = $year
),

standing as (
    select o.account, r.credit_code is not null as locked, r.credit_code is null and b.credit_code is not null as begun
    from own o
    left join begun b on b.credit_code = o.credit_code
    left join release r on r.credit_code = o.credit_code and r.year = $year
)

select account, bool_or(begun) as begun
from standing
group by account
having bool_or(begun) or not bool_or(locked)
order by account
