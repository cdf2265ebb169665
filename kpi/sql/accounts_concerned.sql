-- Question:   which accounts are concerned by something about an application, a recommending body, or everybody?
-- Grain:      one row per account that is not disabled; administrators always, with their duties
-- Parameters: $credit_code, $year ('' and 0 where it is about no application), $body ('': that of the application),
--             $everybody
with application as (
    select max(coalesce(r.industry, w.industry)) as industry, max(coalesce(r.body, w.body)) as body
    from (select 1) once
    left join release r on r.credit_code = $credit_code and r.year = $year
    left join (
        -- Reopened, it is where it was locked last.
        select industry, body
        from withdrawn
        where credit_code = $credit_code and year = $year
        order by reopened_at desc
        limit 1
    ) w on true
)

select a.name as account, a.role,
       (select array_agg(s.reach order by s.reach) from account_scope s where s.account = a.name) as scope
from account a
cross join application p
where not a.disabled
  and (
      a.role = 'administrator'
      or ($everybody and not (a.role = 'leader' and $body <> ''))
      or exists (
          select 1
          from account_scope s
          where s.account = a.name
            and (
                (a.role = 'enterprise' and s.reach = $credit_code)
                or (a.role = 'leader' and s.reach = case when $body <> '' then $body else p.body end)
                or (a.role = 'reviewer' and (s.reach = $credit_code or s.reach = p.industry))
            )
      )
  )
  and not exists (select 1 from conflict c where c.reviewer = a.name and c.credit_code = $credit_code)
order by a.name
