-- Question:   of which industry are the listed awards?  The list names none: it is that of the enterprise's latest locked
--             application, else of its records in the baseline
-- Grain:      one row per industry, null where neither knows the enterprise
-- Parameters: $baseline, $region
with

applied as (
    select credit_code, arg_max(industry, year) as industry from release group by credit_code
),

recorded as (
    select credit_code, min(industry) as industry
    from observation
    where baseline = $baseline and region = $region
    group by credit_code
)

select coalesce(a.industry, r.industry) as industry, count(*) as awards
from awarded w
left join applied a on a.credit_code = w.credit_code
left join recorded r on r.credit_code = w.credit_code
group by 1
order by 1
