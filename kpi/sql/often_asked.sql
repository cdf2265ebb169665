-- Question:   whose values were changed so often that it looks like probing?
-- Grain:      one row a factory and year with more than $most different sets of values since $since, the most first
-- Parameters: $since, $most
select credit_code, year, count(distinct sha256)::integer as different, count(*)::integer as asked,
       list(distinct account order by account) as accounts, max(asked_at) as last_at
from asked
where asked_at >= $since
group by credit_code, year
having count(distinct sha256) > $most
order by different desc, credit_code, year
